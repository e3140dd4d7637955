// Reads the code blocks of a page of Markdown, with the comments that say what they are.
//
// A block in TypeScript or JavaScript is a whole program, unless the comment before it says otherwise:
//
//   <!-- example: continues -->         goes on where the program above it ended
//   <!-- example: file views/a.html --> is a file beside the programs of the page, in any language
//   <!-- example: typed, WHY -->        is type-checked and not run, because …
//   <!-- example: browser -->           is for a browser: it is only parsed
//   <!-- example: shown, WHY -->        is no program, because …
//
// The rest of that comment is code around the block, which stands at its line `…`, or behind it; its lines
// `ask GET /path → 200 text` ask the running program, whose `app` listens then. `<!-- examples:` gives the page's programs what they do
// not declare themselves, a line each; `<!-- file: NAME` is a file which the page does not show.
import { readFileSync } from 'node:fs'

const PROGRAMS = new Set(['ts', 'js'])
/** What else a block may be; one without a language is what a shell was told, or says. */
const OTHERS = new Set(
  ' console css diff dockerfile ejs html http ini json mermaid nginx proto sh yaml'.split(' '),
)

/** The given code, the files and the blocks of a page. */
export function readPage(file) {
  const page = { given: [], files: new Map(), blocks: [] }
  const lines = readFileSync(file, 'utf8').split('\n')
  let directive
  for (let at = 0; at < lines.length; at++) {
    const opened = /^<!-- (examples?|file):/.exec(lines[at])
    const fence = /^(\s*)(```+)(\S*)(.*)$/.exec(lines[at])
    if (opened) {
      const from = at
      while (!lines[at].endsWith('-->')) if (++at >= lines.length) throw broken(file, from)
      const comment = readComment(lines, from, at)
      if (opened[1] === 'examples') page.given.push(...comment.lines)
      else if (opened[1] === 'file') page.files.set(comment.head, `${textOf(comment.lines)}\n`)
      else directive = comment
    } else if (fence) {
      const from = at
      while (lines[++at]?.trim() !== fence[2]) if (at >= lines.length) throw broken(file, from)
      const body = lines
        .slice(from + 1, at)
        .map((text, index) => ({ text: text.slice(fence[1].length), line: from + 2 + index }))
      page.blocks.push(blockOf(file, from + 1, fence[3], body, directive))
      directive = undefined
    } else if (lines[at].trim() !== '' && directive) {
      throw new SyntaxError(
        `${file}:${at + 1}: no block follows <!-- example: ${directive.head} -->`,
      )
    }
  }
  for (const { kind, name, lines: body } of page.blocks)
    if (kind === 'file') page.files.set(name, `${textOf(body)}\n`)
  return page
}

/** What is written, without the lines it came from. */
export function textOf(lines) {
  return lines.map(({ text }) => text).join('\n')
}

function readComment(lines, from, to) {
  const inner = lines.slice(from, to + 1).map((text, index) => ({ text, line: from + 1 + index }))
  inner[0].text = inner[0].text.replace(/^<!-- \w+:/, '')
  inner.at(-1).text = inner.at(-1).text.replace(/-->$/, '')
  const [{ text }, ...rest] = inner
  return { head: text.trim(), lines: rest.filter((each) => each.text.trim() !== '') }
}

function blockOf(file, line, language, lines, directive = { head: '', lines: [] }) {
  const [, kind = 'program', , name] = /^(\w+)(,? (.+))?$/.exec(directive.head) ?? []
  if (!['program', 'continues', 'file', 'typed', 'browser', 'shown'].includes(kind))
    throw new SyntaxError(`${file}:${line}: there is no "example: ${directive.head}"`)
  if (['file', 'typed', 'shown'].includes(kind) && !name)
    throw new SyntaxError(`${file}:${line}: "example: ${kind}" says more`)
  if (!PROGRAMS.has(language) && !OTHERS.has(language))
    throw new SyntaxError(
      `${file}:${line}: a block in "${language}" is neither a program nor a text`,
    )
  const asks = directive.lines.filter(({ text }) => text.startsWith('ask '))
  const around = directive.lines.filter(({ text }) => !text.startsWith('ask '))
  const place = around.findIndex(({ text }) => text.trim() === '…')
  return {
    kind: kind === 'program' && !PROGRAMS.has(language) ? 'text' : kind,
    name,
    language,
    line,
    lines,
    before: place < 0 ? around : around.slice(0, place),
    after: place < 0 ? [] : around.slice(place + 1),
    asks,
  }
}

function broken(file, from) {
  return new SyntaxError(`${file}:${from + 1}: what begins here does not end`)
}
