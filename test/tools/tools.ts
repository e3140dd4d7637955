import path from 'node:path'

export const root = path.join(import.meta.dirname, '../..')

/** A line of a page. */
export interface Line {
  readonly text: string
  readonly line: number
}

/** A block of a page, as tools/examples/pages.mjs reads it. */
export interface Block {
  readonly kind: string
  readonly name?: string
  readonly language: string
  readonly line: number
  readonly lines: readonly Line[]
  readonly before: readonly Line[]
  readonly after: readonly Line[]
  readonly asks: readonly Line[]
}

export interface Page {
  readonly given: readonly Line[]
  readonly files: ReadonlyMap<string, string>
  readonly blocks: readonly Block[]
}

export interface Program {
  readonly kind: string
  readonly line: number
  readonly lines: readonly Line[]
  readonly asks: readonly Line[]
}

interface Pages {
  readPage(file: string): Page
  textOf(lines: readonly Line[]): string
}
interface Programs {
  programsOf(page: Page): Program[]
  withClaims(name: string, text: string): string
}
interface Run {
  readonly run: (file: string, asks: readonly Line[]) => Promise<{ fault: string }[]>
}
interface Headings {
  placesIn(markdown: string): Set<string>
  linksIn(markdown: string): { target: string; line: number }[]
}

const load = (name: string): Promise<unknown> => import(path.join(root, 'tools', name))

/** What the tools export, which are JavaScript without declarations. */
export const pages = (await load('examples/pages.mjs')) as Pages
export const programs = (await load('examples/programs.mjs')) as Programs
export const { run } = (await load('examples/run.mjs')) as Run
export const headings = (await load('headings.mjs')) as Headings
