/** What we do otherwise than Express on purpose. */
export interface Difference {
  /** What Express 5.3 does. */
  readonly express: string
  readonly ours: string
  readonly why: string
  /** The page that decided it. */
  readonly decision: string
}

export const differences: Readonly<Record<string, Difference>> = {
  'canonical-path': {
    express: 'Matches the path as it was spelled, so that a guard on /admin misses /%61dmin.',
    ours: 'Matches one canonical spelling, and answers 400 to NUL, control characters and backslashes.',
    why: 'Whatever is served under a path has passed the guards mounted on it.',
    decision: 'docs/decisions/002-one-canonical-path.md',
  },
  'host-policy': {
    express: 'Takes any Host, and cuts a name out of it that need not be the one meant.',
    ours: 'Answers 400 to several hosts, lists, user-info and paths.',
    why: 'RFC 9112 §3.2 asks for it, and links and cookies are made of the name.',
    decision: 'docs/decisions/003-host-policy.md',
  },
  'assignable-query': {
    express: 'Parses the query on every read, and throws when it is assigned.',
    ours: 'Parses it once; what middleware stores or assigns stays.',
    why: 'Validators and sanitizers could not hand on what they had checked.',
    decision: 'docs/decisions/004-assignable-query.md',
  },
  'head-ranges': {
    express: 'Answers HEAD with Range by 206.',
    ours: 'Ignores Range for every method but GET.',
    why: 'RFC 9110 §14.2 defines it for GET alone.',
    decision: 'docs/decisions/008-answers-by-rfc-9110.md',
  },
  'multiple-ranges': {
    express: 'Sends the whole file when several ranges are asked for.',
    ours: 'Sends them as multipart/byteranges.',
    why: 'RFC 9110 §14.6; viewers of large documents ask so.',
    decision: 'docs/decisions/008-answers-by-rfc-9110.md',
  },
  'dynamic-ranges': {
    express: 'Ignores Range for everything but files.',
    ours: 'Sends the part asked for of a body whose length is known, unless the reply says Accept-Ranges: none or the handler reads req.range() itself.',
    why: 'RFC 9110 §14 knows no difference between files and other resources.',
    decision: 'docs/decisions/008-answers-by-rfc-9110.md',
  },
  'file-errors': {
    express: 'Leaves Cache-Control, ETag and Last-Modified of the file in a 412 or 416.',
    ours: 'Takes them out with the file they describe.',
    why: 'A cache must not keep an error page for as long as the file.',
    decision: 'docs/decisions/008-answers-by-rfc-9110.md',
  },
  'nested-brackets': {
    express: 'Reads a[b[c]]=1 of a form or a query as { a: { "b[c]": 1 } }.',
    ours: 'Reads it as { "a[b": { c: 1 } }, as the parser did before.',
    why: 'neoqs needs no other package, where qs brings 22.',
    decision: 'docs/decisions/dependencies.md',
  },
  'prototype-keys': {
    express: 'Hands on a body whose keys name a prototype.',
    ours: 'Answers 400.',
    why: 'Whoever merges the body would write into Object.prototype; no client means the key.',
    decision: 'docs/decisions/007-bodies-within-bounds.md',
  },
  'streams-in-send': {
    express: 'Writes the inside of a stream object as JSON.',
    ours: 'Sends what the stream yields.',
    why: 'Nobody means the first; aborts and errors are handled in the second.',
    decision: 'docs/decisions/008-answers-by-rfc-9110.md',
  },
  'error-texts': {
    express: 'Words some of its errors in its own way.',
    ours: 'Says what could not be done, with which value, and what is allowed; code and status are the same.',
    why: 'A message is for people.',
    decision: 'docs/differences.md',
  },
}
