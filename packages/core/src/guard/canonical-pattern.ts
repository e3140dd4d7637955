import { respell } from './canonical-path.ts'

/**
 * Adds to the paths of a route or a mount the spelling in which their requests arrive.
 *
 * Requests come in canonical spelling, and a pattern is compared as it is written: a guard mounted
 * at `/a|b`, `/%7Euser`, `/a//b` or `/café` would never run, and nobody would notice. The spelling that was
 * given stays, for apps without canonical paths.
 */
export function withCanonicalSpelling(path: unknown): unknown {
  if (Array.isArray(path)) return path.map(withCanonicalSpelling)
  if (typeof path !== 'string') return path
  const canonical = path.replace(PIECES, spell).replace(/(?<!:)\/{2,}/g, '/')
  return canonical === path ? path : [path, canonical]
}

/** A name with its constraint, an escaped character, or text of one kind. */
const PIECES =
  /\\[^]|[:*](?:"(?:\\[^]|[^"\\])*"|[\p{ID_Start}$_][\p{ID_Continue}$]*)(?:<[^>]*>|\([^)]*\))?|%[0-9a-f]{2}|[^\x21-\x7e]+|["<>^`|]/giu

/** Writes text as a request has it; what means something in a pattern is escaped. */
function spell(piece: string): string {
  if (/^[:*]/.test(piece)) return piece
  if (piece.startsWith('\\')) {
    const escaped = piece.slice(1)
    const respelled = respell(escaped)
    return respelled === escaped ? piece : respelled
  }
  return respell(piece).replace(/[^\w.~%/@&=,;$'-]/g, String.raw`\$&`)
}
