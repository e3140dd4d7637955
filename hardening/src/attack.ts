/** What is attacked; the rows of the scoreboard. */
export const classes = {
  framing: 'where a message begins and ends',
  host: 'who is asked',
  paths: 'paths against a guarded folder',
  headers: 'header fields and redirects',
  cookies: 'cookies',
  bodies: 'queries and bodies',
  multipart: 'uploads',
  templates: 'values in templates',
  sessions: 'sessions and tokens',
  load: 'slow and many',
} as const

export type AttackClass = keyof typeof classes

/** What an app under attack may lack; its cells then say "n/a". */
export type Feature =
  | 'attachment'
  | 'basic-auth'
  | 'csrf'
  | 'jsonp'
  | 'links'
  | 'negotiate'
  | 'parts-of-segments'
  | 'send-file'
  | 'session'
  | 'signed'
  | 'views'

/** `none`: closed without an answer. `open`: neither answered nor closed when the time was over. */
export type Status = number | '2xx' | '3xx' | '4xx' | '5xx' | 'none' | 'open'

/** What must be seen on the last connection. Everything left out is free. */
export interface Expectation {
  /** Of the first answer; several where the rule leaves a choice. */
  readonly status?: readonly Status[]
  /** How many answers may come at most: a second one means that a smuggled request was served. */
  readonly answers?: number
  /** Whether the connection is closed by the server. */
  readonly closed?: boolean
  /** Nowhere in what comes back on any connection, heads included. */
  readonly absent?: readonly (string | RegExp)[]
  /** In the body of the last answer. */
  readonly present?: readonly (string | RegExp)[]
  /** Fields that the last answer must not have. */
  readonly noField?: readonly string[]
  /** Fields that the last answer must have, with the value they must fit. */
  readonly field?: Readonly<Record<string, RegExp>>
}

/**
 * One thing the client does: it sends bytes (Latin-1), or bytes made from what has come back, is
 * silent for some milliseconds, waits for the next answer, or goes on with a new connection.
 */
export type Step =
  | string
  | ((soFar: Conversation) => string)
  | { readonly pause: number }
  | { readonly waitFor: 'answer' | 'new connection' }

/** One hostile or broken conversation, and what a standard or an advisory asks of a server. */
export interface Attack {
  /** `class/what`, stable: people refer to it. */
  readonly id: string
  readonly class: AttackClass
  readonly name: string
  /** The rule that decides the expectation: an RFC and its section, an advisory, a standard. */
  readonly rule: string
  readonly steps: readonly Step[]
  readonly expect: Expectation
  /** Milliseconds until all of it must have been seen; 1,000 unless said. */
  readonly within?: number
  /** How many clients do this at once; 1 unless said. */
  readonly clients?: number
  readonly needs?: Feature
  /** Can be judged without knowing the app: it asks for `/`, and no answer of an app can excuse it. */
  readonly anywhere?: true
  /** The template that the app renders for this attack. */
  readonly template?: string
}

/** One answer, as far as it came. */
export interface Answer {
  readonly status: number
  /** Names in lower case, in the order in which they came. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly complete: boolean
}

/** What one client saw. */
export interface Conversation {
  /** On earlier connections. */
  readonly earlier: readonly Answer[]
  /** On the last connection. */
  readonly answers: readonly Answer[]
  /** All bytes, as Latin-1. */
  readonly received: string
  /** The server closed the connection. */
  readonly closed: boolean
  readonly ms: number
}
