/** What is known of a value from the ways in which it is used. */
export class DataShape {
  /** Its members, but for those that its kind has. */
  readonly members = new Map<string, DataShape>()
  /** What it has as one of its kind; several contradict each other. */
  readonly kinds = new Set<
    'string' | 'number' | 'boolean' | 'Date' | 'function' | 'list' | 'iterable'
  >()
  /** Whether it must be there: each rendering reads its name. */
  isRequired = false
  /** Whether each use of what it is a part of fails where it is `null` or `undefined`. */
  isNeeded = false
  /** What one of several is; of a list, or what can be walked over. */
  private each: DataShape | undefined
  /** How many conditions lie around the use that made what this is a part of. */
  private readonly depth: number

  constructor(depth: number) {
    this.depth = depth
  }

  /** Notes that a use fails where it is nothing; one that may not come says nothing. */
  need(depth: number): void {
    if (depth === this.depth) this.isNeeded = true
  }

  member(name: string): DataShape {
    let member = this.members.get(name)
    if (!member) this.members.set(name, (member = new DataShape(this.depth)))
    return member
  }

  /** @param depth - of the place where it is used: a loop may have no round. */
  element(depth: number): DataShape {
    return (this.each ??= new DataShape(depth))
  }

  /** The type as TypeScript has it; `unknown` where nothing is sure. */
  typeText(indent = ''): string {
    const isSeveral = this.kinds.has('list') || this.kinds.has('iterable')
    const each = isSeveral ? (this.each?.typeText(indent) ?? 'unknown') : 'unknown'
    const kinds = [...this.kinds].filter((kind) => kind !== 'iterable' || !this.kinds.has('list'))
    if (kinds.length > 1) return 'unknown'
    const parts: string[] = kinds.map((kind) => {
      if (kind === 'list')
        return /^[\w$]+$/.test(each) ? `readonly ${each}[]` : `readonly (${each})[]`
      if (kind === 'iterable') return `Iterable<${each}>`
      return kind === 'function' ? '((...given: any[]) => any)' : kind
    })
    if (this.members.size > 0) parts.push(membersText(this.members, indent))
    if (parts.length === 0) return 'unknown'
    return parts.join(' & ') + (this.isNeeded ? '' : ' | null | undefined')
  }
}

/** An object type with a line for each member. */
export function membersText(members: ReadonlyMap<string, DataShape>, indent = ''): string {
  const inner = `${indent}  `
  const lines = [...members].map(([name, shape]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
    return `${inner}${key}${shape.isRequired || shape.isNeeded ? '' : '?'}: ${shape.typeText(inner)}\n`
  })
  return `{\n${lines.join('')}${indent}}`
}
