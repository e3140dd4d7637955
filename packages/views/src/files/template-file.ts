import { readFileSync } from 'node:fs'
import path from 'node:path'

import { locate } from './locate.ts'
import { NameCache } from './name-cache.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Source } from '../source/source.ts'

/** Reads a template: UTF-8; a byte order mark is not part of the page. */
export function readTemplate(file: string): Source {
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '')
  return { name: path.relative('', file) || file, text }
}

/** Finds what a template names, and remembers: each look-up asks the disk several times. */
export function finderFrom(
  file: string,
  { roots, extension }: Pick<ResolvedOptions, 'roots' | 'extension'>,
): (name: string) => string {
  const where = { roots, extension: path.extname(file) || extension }
  const found = new NameCache(true, (name) => locate(name, where, file))
  return (name) => found.get(name)
}
