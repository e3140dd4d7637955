import { routing } from './routing.ts'
import type { Row } from './row.ts'

const all: readonly Row[] = [...routing]

/** Every entry of docs/differences.md that can be seen on this runtime. */
export const rows: readonly Row[] = all.filter(({ here }) => here !== false)
