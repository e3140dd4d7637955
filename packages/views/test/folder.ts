import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { createEngine, type Engine, type EngineOptions } from '@tokkyu/views'
import { onTestFinished } from 'vitest'

/** Writes files into a folder of their own, and returns its path. */
export function folder(files: Record<string, string>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'views-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    writeFileSync(path.join(root, name), text)
  }
  return root
}

/** An engine over files that are there for one test. */
export function engineOver(files: Record<string, string>, options: EngineOptions = {}): Engine {
  const root = folder(files)
  onTestFinished(() => rmSync(root, { recursive: true }))
  return createEngine({ cache: true, ...options, roots: root })
}

/** Renders one template, given as text. */
export function render(
  template: string,
  data: object = {},
  options: EngineOptions = {},
): string | Promise<string> {
  return engineOver({ 'page.html': template }, options).render('page', data)
}
