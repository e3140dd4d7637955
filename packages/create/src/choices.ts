import path from 'node:path'

/** What a new application is. */
export interface Choices {
  /** The folder that it goes into, as it was named. */
  readonly folder: string
  /** Its name in package.json. */
  readonly name: string
  readonly language: Language
  readonly kind: Kind
}

/** The words of `--language`, and what each means. */
export const LANGUAGES = { ts: 'TypeScript', js: 'JavaScript' } as const
export type Language = keyof typeof LANGUAGES

/** The words of `--kind`, and what each means. */
export const KINDS = {
  site: 'a site with pages, sessions and an upload',
  api: 'a JSON API with typed input and OpenAPI',
  realtime: 'a chat over WebSockets',
} as const
export type Kind = keyof typeof KINDS

/** Says why npm would refuse a name; undefined when it would not. A scope is allowed. */
export function faultInName(name: string): string | undefined {
  if (name.length > 214) return 'it is longer than 214 characters'
  if (RESERVED.has(name)) return 'npm keeps it for itself'
  if (NAME.test(name)) return undefined
  return 'small letters, digits and - . _ are allowed, and it begins with a letter or a digit'
}

const NAME = /^(?:@[a-z0-9-][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/
const RESERVED = new Set(['node_modules', 'favicon.ico'])

/** The name that a folder suggests. */
export function nameOf(folder: string): string {
  const name = path
    .basename(path.resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 214)
  return faultInName(name) === undefined ? name : 'tokkyu-app'
}
