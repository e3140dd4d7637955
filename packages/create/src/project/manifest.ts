import type { Choices, Kind, Language } from '../choices.ts'
import { manifest } from './package-folder.ts'

/** What an application of a kind runs on. */
const DEPENDENCIES: Readonly<Record<Kind, readonly string[]>> = {
  site: ['@tokkyu/core', '@tokkyu/session', '@tokkyu/upload'],
  api: ['@tokkyu/core', 'zod'],
  realtime: ['@tokkyu/core', '@tokkyu/session'],
}

/** What it is made and tested with. JavaScript is checked by the types, too. */
const TOOLS = [
  '@tokkyu/cli',
  '@types/node',
  '@types/supertest',
  'oxlint',
  'supertest',
  'typescript',
]
const TOOLS_OF_KIND: Partial<Record<Kind, readonly string[]>> = { realtime: ['@types/ws', 'ws'] }
const TOOLS_OF_LANGUAGE: Partial<Record<Language, readonly string[]>> = { ts: ['tsx'] }

const SCRIPTS: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  ts: {
    dev: 'tokkyu dev',
    build: 'tsc -p tsconfig.build.json',
    start: 'node --enable-source-maps dist/main.js',
    test: 'node --import tsx --test test/*.test.ts',
    typecheck: 'tsc',
    lint: 'oxlint --deny-warnings',
  },
  js: {
    dev: 'tokkyu dev',
    start: 'node src/main.js',
    test: 'node --test test/*.test.js',
    typecheck: 'tsc',
    lint: 'oxlint --deny-warnings',
  },
}

/** The package.json of a new application. Its versions are those that ours were tested with. */
export function manifestFor({ name, language, kind }: Choices): object {
  return {
    name,
    version: '0.0.0',
    private: true,
    type: 'module',
    main: `src/main.${language}`, // what the command `tokkyu` takes for the entry
    scripts: SCRIPTS[language],
    dependencies: versionsOf(DEPENDENCIES[kind]),
    devDependencies: versionsOf([
      ...TOOLS,
      ...(TOOLS_OF_KIND[kind] ?? []),
      ...(TOOLS_OF_LANGUAGE[language] ?? []),
    ]),
    engines: { node: '^20.19.0 || >=22.12.0' },
  }
}

function versionsOf(names: readonly string[]): Record<string, string | undefined> {
  return Object.fromEntries(names.toSorted().map((name) => [name, manifest.devDependencies[name]]))
}
