import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What the compiler reads, on disk: what has not changed is not written again. */
export class ShadowFiles {
  readonly folder: string
  /** Files that were not what they are now. */
  written = 0
  private readonly project: string
  private readonly texts = new Map<string, string>()

  constructor(project: string) {
    this.project = project
    this.folder = path.join(project, '.tokkyu/views')
  }

  /** Writes a file where its text is another. @returns the file. */
  put(key: string, text: string): string {
    const file = path.join(this.folder, `${key}.ts`)
    if (this.texts.get(key) === text) return file
    mkdirSync(path.dirname(file), { recursive: true })
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
    this.written++
    this.texts.set(key, text)
    return file
  }

  /** Takes away those whose templates are gone. */
  forget(templates: ReadonlyMap<string, unknown>): void {
    for (const key of this.texts.keys()) {
      if (templates.has(key) || OWN_FILES.has(key)) continue
      rmSync(path.join(this.folder, `${key}.ts`), { force: true })
      this.texts.delete(key)
    }
  }

  /** Writes the compiler's settings, on top of the project's own. @returns their file. */
  config(files: readonly string[]): string {
    const own = path.join(this.project, 'tsconfig.json')
    const config = {
      ...(existsSync(own) && { extends: own }),
      compilerOptions: {
        strict: true,
        noEmit: true,
        composite: false,
        incremental: true,
        tsBuildInfoFile: path.join(this.folder, 'tsbuildinfo'),
        module: 'preserve',
        moduleResolution: 'bundler',
        target: 'esnext',
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        noUnusedLocals: false,
        noUnusedParameters: false,
        allowUnreachableCode: true,
        allowUnusedLabels: true,
        noImplicitReturns: false,
        isolatedDeclarations: false,
        // What is emitted is the project's own affair, and some of it cannot be without the rest.
        declaration: false,
        declarationMap: false,
        declarationDir: null,
        emitDeclarationOnly: false,
        sourceMap: false,
        inlineSourceMap: false,
        inlineSources: false,
        outFile: null,
        rootDir: path.parse(this.project).root,
      },
      files,
      include: [],
      references: [],
    }
    const file = path.join(this.folder, 'tsconfig.json')
    const text = JSON.stringify(config)
    if (this.texts.get(CONFIG) === text) return file
    this.texts.set(CONFIG, text)
    this.written++
    writeFileSync(path.join(this.folder, '.gitignore'), '*\n')
    writeFileSync(file, text)
    return file
  }
}

const CONFIG = 'tsconfig.json'
const OWN_FILES: ReadonlySet<string> = new Set(['prelude', 'canary', CONFIG])
