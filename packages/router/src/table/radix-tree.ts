import { unitAt } from '../path/units.ts'

/** Instead of a node: there is none. No node has the root below it. */
export const NONE = 0

/** The node where every text begins. */
export const ROOT = 0

// What a record holds, by its offset.
/** Where the label begins and ends among all labels. */
const START = 0
const END = 1
/** The label's first unit: by it a child is found. */
const FIRST = 2
/** The first child; the others follow as siblings of it. */
const CHILD = 3
const SIBLING = 4
/** Where the table of children begins that nodes with many have; 0 for none. */
const TABLE = 5
/** The node behind any one segment. */
const SEGMENT = 6
/** Numbers in a record, a power of two. */
const SIZE = 8

/**
 * A radix tree of the texts in paths, all of ASCII, that also branches at a segment which may be anything.
 *
 * `/users`, `/users/:id` and `/user-agents` are
 *
 *     /user ─┬─ s ── / ── (any segment)
 *            └─ -agents
 *
 * A node is the place of its record in one array of numbers, and its label a stretch of another. With
 * objects for nodes each of 10,000 routes took another 1.2 kB and half as long again to add, measured on
 * Node 20.
 */
export class RadixTree {
  private records = new Int32Array(SIZE * 16)
  private end = SIZE
  /** The labels of all nodes; a node has its part of them. */
  private units = new Uint8Array(256)
  private unitsEnd = 0
  /** Children by their first unit, for nodes that have many. */
  private tables = new Int32Array(0)
  /** The first table's place must not be 0, which says that there is none. */
  private tablesEnd = ASCII
  private readonly folds: boolean

  /** @param folds - letters stand for both of their cases. */
  constructor(folds: boolean) {
    this.folds = folds
  }

  /** @returns the node for any one segment behind `node`, or `NONE`. */
  segment(node: number): number {
    return this.records[node + SEGMENT]!
  }

  /** @returns the node below `node` whose label begins with a unit of a path, or `NONE`. */
  child(node: number, unit: number): number {
    const first = this.fold(unit)
    const records = this.records
    const table = records[node + TABLE]!
    if (table !== 0) return first < ASCII ? this.tables[table + first]! : NONE
    let child = records[node + CHILD]!
    while (child !== NONE && records[child + FIRST] !== first) child = records[child + SIBLING]!
    return child
  }

  /**
   * Compares a node's label, whose first unit has been found to fit, with a path.
   *
   * @returns where the label ends in the path; -1 when it does not stand there.
   */
  endOfLabel(node: number, path: string, at: number): number {
    const records = this.records
    const units = this.units
    const start = records[node + START]!
    const length = records[node + END]! - start
    if (path.length - at < length) return -1
    for (let offset = 1; offset < length; offset++) {
      const unit = unitAt(path, at + offset)
      const expected = units[start + offset]!
      if (unit !== expected && this.fold(unit) !== expected) return -1
    }
    return at + length
  }

  private fold(unit: number): number {
    return this.folds && unit >= 65 && unit <= 90 ? unit + 32 : unit
  }

  /** @returns the node for any one segment behind `node`, made if there was none. */
  addSegment(node: number): number {
    const known = this.records[node + SEGMENT]!
    if (known !== NONE) return known
    const segment = this.addNode(0, 0)
    this.records[node + SEGMENT] = segment
    return segment
  }

  /** @returns the node that stands `text` below `node`, made if there was none. */
  addText(node: number, text: string): number {
    let above = node
    let rest = this.folds ? text.toLowerCase() : text
    while (rest !== '') {
      let child = this.child(above, rest.charCodeAt(0))
      if (child === NONE) {
        child = this.addLabel(rest)
        this.adopt(above, child)
        return child
      }
      const shared = this.sharedLength(child, rest)
      const start = this.records[child + START]!
      if (start + shared < this.records[child + END]!) child = this.split(above, child, shared)
      above = child
      rest = rest.slice(shared)
    }
    return above
  }

  private sharedLength(node: number, text: string): number {
    const start = this.records[node + START]!
    const most = Math.min(this.records[node + END]! - start, text.length)
    let length = 1
    while (length < most && this.units[start + length] === text.charCodeAt(length)) length++
    return length
  }

  /** @returns a new node between `above` and `node` that takes the first units of the label. */
  private split(above: number, node: number, length: number): number {
    const start = this.records[node + START]!
    const between = this.addNode(start, start + length)
    const records = this.records
    this.replace(above, node, between)
    records[node + START] = start + length
    records[node + FIRST] = this.units[start + length]!
    records[node + SIBLING] = NONE
    this.adopt(between, node)
    return between
  }

  /** Gives the place of one child to another that begins alike. */
  private replace(above: number, child: number, by: number): void {
    const records = this.records
    records[by + SIBLING] = records[child + SIBLING]!
    if (records[above + CHILD] === child) records[above + CHILD] = by
    else {
      let before = records[above + CHILD]!
      while (records[before + SIBLING] !== child) before = records[before + SIBLING]!
      records[before + SIBLING] = by
    }
    const table = records[above + TABLE]!
    if (table !== 0) this.tables[table + records[by + FIRST]!] = by
  }

  private adopt(above: number, child: number): void {
    const records = this.records
    records[child + SIBLING] = records[above + CHILD]!
    records[above + CHILD] = child
    const table = records[above + TABLE]!
    if (table !== 0) this.tables[table + records[child + FIRST]!] = child
    else this.tabulateMany(above)
  }

  /** Children that are more than a few are found by a table instead of one by one. */
  private tabulateMany(node: number): void {
    const records = this.records
    let count = 0
    for (let child = records[node + CHILD]!; child !== NONE; child = records[child + SIBLING]!) {
      count++
    }
    if (count <= FEW) return
    const table = this.tablesEnd
    this.tablesEnd += ASCII
    this.tables = withRoom(this.tables, this.tablesEnd)
    for (let child = records[node + CHILD]!; child !== NONE; child = records[child + SIBLING]!) {
      this.tables[table + records[child + FIRST]!] = child
    }
    records[node + TABLE] = table
  }

  private addLabel(text: string): number {
    const start = this.unitsEnd
    const end = start + text.length
    this.units = withRoom(this.units, end)
    for (let index = 0; index < text.length; index++) {
      this.units[start + index] = text.charCodeAt(index)
    }
    this.unitsEnd = end
    return this.addNode(start, end)
  }

  private addNode(start: number, end: number): number {
    const node = this.end
    this.end += SIZE
    this.records = withRoom(this.records, this.end)
    this.records[node + START] = start
    this.records[node + END] = end
    this.records[node + FIRST] = end > start ? this.units[start]! : 0
    return node
  }
}

/** @returns the same numbers, with room for `length` of them. */
function withRoom<T extends Int32Array | Uint8Array>(numbers: T, length: number): T {
  if (length <= numbers.length) return numbers
  const more = new (numbers.constructor as new (length: number) => T)(length * 2)
  more.set(numbers)
  return more
}

/** With more children than this they get a table. */
const FEW = 4

/** How many units ASCII has. */
const ASCII = 128
