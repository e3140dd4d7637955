import { type Directives, parseCacheControl } from './cache-control.ts'
import { fieldOf, type Head } from './head.ts'
import { type BareItem, parseDictionary } from './structured-dictionary.ts'

/** Directives whose value is a number of seconds; those of all others that are known here are flags. */
const TIMES = new Set(['max-age', 's-maxage', 'stale-if-error', 'stale-while-revalidate'])
/** Flags that may have the names of headers as their value, and count as if they had none. */
const WITH_NAMES = new Set(['no-cache', 'private'])
const FLAGS = new Set([...WITH_NAMES, 'must-revalidate', 'no-store', 'proxy-revalidate', 'public'])

/** What an answer says to this cache. */
export interface Said {
  readonly directives: Directives
  /** It was said to this cache alone, so that Expires and what Cache-Control says do not count. */
  readonly isTargeted: boolean
}

/**
 * The directives that are for this cache: of the first field in `targets` that is there, or of Cache-Control
 * (RFC 9213 §2.2). A field that is empty or is no dictionary is as none; so is one whose values are of
 * the wrong types, as nobody can say what was meant.
 */
export function directivesFor(head: Head, targets: readonly string[]): Said {
  for (const name of targets) {
    const directives = readTargeted(fieldOf(head, name) ?? '')
    if (directives) return { directives, isTargeted: true }
  }
  return { directives: parseCacheControl(fieldOf(head, 'cache-control')), isTargeted: false }
}

function readTargeted(field: string): Directives | undefined {
  const members = parseDictionary(field)
  if (!members || members.size === 0) return undefined
  const directives = new Map<string, string>()
  for (const [name, item] of members) {
    const value = valueOf(name, item)
    if (value === 'wrong') return undefined
    if (value !== 'off') directives.set(name, value)
  }
  return directives
}

function valueOf(name: string, item: BareItem): string {
  if (TIMES.has(name)) return item.type === 'integer' ? String(item.value) : 'wrong'
  if (!FLAGS.has(name)) return ''
  if (item.type === 'boolean') return item.value ? '' : 'off'
  return item.type === 'string' && WITH_NAMES.has(name) ? '' : 'wrong'
}
