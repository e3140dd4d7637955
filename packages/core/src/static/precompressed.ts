import { ArgumentError } from '../errors/argument-error.ts'
import { promises as fs, type Stats } from 'node:fs'
import type { FileSettings } from './file-options.ts'
import { admit, type FoundFile } from './find-file.ts'

/** Codings in which a compressed sibling of a file may lie beside it. */
export type SiblingCoding = 'br' | 'zstd' | 'gzip'

/** The best first, for clients that like them equally. */
const SIBLING_CODINGS: readonly SiblingCoding[] = ['br', 'zstd', 'gzip']

const EXTENSIONS: Readonly<Record<SiblingCoding, string>> = { br: '.br', zstd: '.zst', gzip: '.gz' }

/** @throws {TypeError} for a coding that siblings do not come in. */
export function readCodings(
  option: boolean | readonly SiblingCoding[] | undefined,
): readonly SiblingCoding[] {
  if (!Array.isArray(option)) return option ? SIBLING_CODINGS : []
  const list = option as readonly SiblingCoding[]
  const unknown = list.find((coding) => !SIBLING_CODINGS.includes(coding))
  if (unknown === undefined) return [...list]
  throw new ArgumentError(`option precompressed cannot hold "${unknown}": expected br, zstd, gzip`)
}

/** A compressed sibling: `app.js.br` beside `app.js`. */
export interface Sibling extends FoundFile {
  readonly coding: SiblingCoding
}

/**
 * Finds the sibling that the client likes best.
 *
 * One that is older than its file is left alone: it is what remains of an earlier build.
 */
export async function findSibling(
  file: FoundFile,
  acceptEncoding: string | undefined,
  codings: readonly SiblingCoding[],
  settings: FileSettings,
): Promise<Sibling | undefined> {
  for (const coding of preferredCodings(acceptEncoding, codings)) {
    const path = file.path + EXTENSIONS[coding]
    // oxlint-disable-next-line no-await-in-loop -- the first that exists is the best
    const found = await admitSibling(path, file.stats, settings)
    if (found !== undefined) return { ...found, coding }
  }
  return undefined
}

async function admitSibling(
  path: string,
  original: Stats,
  settings: FileSettings,
): Promise<FoundFile | undefined> {
  try {
    const stats = await fs.stat(path)
    return stats.mtimeMs < original.mtimeMs ? undefined : await admit(path, stats, settings)
  } catch {
    return undefined
  }
}

/**
 * Orders codings by the weights of an `Accept-Encoding` header (RFC 9110 §12.5.3), without those
 * that are refused or worth less to the client than the file as it is.
 */
export function preferredCodings(
  acceptEncoding: string | undefined,
  codings: readonly SiblingCoding[],
): SiblingCoding[] {
  if (acceptEncoding === undefined) return []
  const weights = readWeights(acceptEncoding)
  const weightOf = (coding: string): number => weights.get(coding) ?? weights.get('*') ?? 0
  // Plain bytes are acceptable unless said otherwise, but then only as a last resort.
  const plain = weights.get('identity') ?? 0
  return codings
    .filter((coding) => weightOf(coding) > 0 && weightOf(coding) >= plain)
    .toSorted((one, other) => weightOf(other) - weightOf(one))
}

function readWeights(header: string): Map<string, number> {
  const weights = new Map<string, number>()
  for (const item of header.split(',', MOST_CODINGS)) {
    const [coding = '', ...parameters] = item.split(';')
    const weight = parameters.map((text) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(text)?.[1])
    const q = weight.find((value) => value !== undefined)
    weights.set(coding.trim().toLowerCase(), Math.min(1, Number(q ?? 1)))
  }
  return weights
}

/** There are not twenty codings in the registry. */
const MOST_CODINGS = 20
