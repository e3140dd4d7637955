import { type Candidates, append, mergeAscending } from './candidates.ts'
import type { FlatToken } from './path-parser.ts'
import { unitAt } from './unit-at.ts'

/**
 * Finds the layers that can match a path.
 *
 * The tree branches where texts differ, and at `:name`, which stands for one whole segment. What
 * a path has behind the first thing that is neither is not looked at: its layer is a candidate
 * for all that begins alike. Where a text and a `:name` both fit, both ways are gone.
 */
export class SegmentTree {
  readonly #root = new Node('')
  readonly #folds: boolean

  /** @param folds - letters of ASCII stand for both of their cases. */
  constructor(folds: boolean) {
    this.#folds = folds
  }

  /**
   * @param prefix - the path may go on behind `flat`.
   * @param strict - a trailing slash counts.
   * @returns false when the path begins with something a tree cannot follow.
   */
  add(flat: readonly FlatToken[], prefix: boolean, strict: boolean, number: number): boolean {
    let node = this.#root
    for (const [index, token] of flat.entries()) {
      if (token.type === 'text') {
        const text = followable(token.value)
        const cut = startsOtherCapture(flat, index + 1) ? text.lastIndexOf('/') + 1 : text.length
        const label = text.slice(0, cut)
        node = node.insert(this.#folds ? label.toLowerCase() : label)
        if (cut === token.value.length) continue
      } else if (isWholeSegment(flat, index)) {
        node = node.param ??= new Node('')
        continue
      }
      if (node === this.#root) return false
      append((node.deeper ??= []), number)
      return true
    }
    if (node === this.#root) return false
    if (prefix) append((node.prefixes ??= []), number)
    else {
      append((node.ends ??= []), number)
      if (!strict) append((node.slashEnds ??= []), number)
    }
    return true
  }

  /**
   * @param others - candidates for every path.
   * @param version - as long as it is the same, so are the answers.
   */
  find(path: string, others: readonly number[], version: number): readonly number[] {
    metCount = 0
    branched = false
    const place = walk(this.#root, path, 0, this.#folds)
    // Without branches the place says which lists were met on the way.
    if (branched) return mergeAscending([...met.slice(0, metCount), others])
    if (place.version !== version) {
      place.numbers = mergeAscending([...met.slice(0, metCount), others])
      place.version = version
    }
    return place.numbers
  }
}

// The lists that one walk has met. Nothing is called in the middle of it that could start another.
// The array is never shortened: that costs more than the walk.
const met: (readonly number[])[] = []
let metCount = 0
let branched = false

function meet(list: readonly number[]): void {
  met[metCount++] = list
}

/** @returns where the last way ended. */
function walk(from: Node, path: string, start: number, folds: boolean): Candidates {
  const length = path.length
  let node = from
  let at = start
  for (;;) {
    if (node.deeper !== undefined) meet(node.deeper)
    if (at === length) {
      if (node.prefixes !== undefined) meet(node.prefixes)
      if (node.ends !== undefined) meet(node.ends)
      return node.place(AT_END)
    }
    const unit = unitAt(path, at)
    if (unit === SLASH) {
      if (node.prefixes !== undefined) meet(node.prefixes)
      if (at === length - 1 && node.slashEnds !== undefined) meet(node.slashEnds)
    }
    const child = node.child(folds && unit >= 65 && unit <= 90 ? unit + 32 : unit)
    const hasChild = child !== undefined && isAt(child.units, path, at, folds)
    if (node.param !== undefined && unit !== SLASH) {
      const slash = path.indexOf('/', at)
      const end = slash === -1 ? length : slash
      if (!hasChild) {
        node = node.param
        at = end
        continue
      }
      branched = true
      walk(node.param, path, end, folds)
    }
    if (!hasChild) {
      if (unit !== SLASH) return node.place(INSIDE)
      return node.place(at === length - 1 ? AT_LAST_SLASH : AT_SLASH)
    }
    node = child
    at += child.units.length
  }
}

/** Whether a label, whose first unit has been compared, stands in the path. */
function isAt(units: readonly number[], path: string, at: number, folds: boolean): boolean {
  const length = units.length
  if (path.length - at < length) return false
  for (let offset = 1; offset < length; offset++) {
    const unit = unitAt(path, at + offset)
    const wanted = units[offset]!
    if (unit !== wanted && !(folds && unit >= 65 && unit <= 90 && unit + 32 === wanted)) {
      return false
    }
  }
  return true
}

const SLASH = 47

// Where a way through the tree ends: at the end of the path, at its last slash, at another slash,
// or inside of a segment.
const AT_END = 0
const AT_LAST_SLASH = 1
const AT_SLASH = 2
const INSIDE = 3
type Ending = typeof AT_END | typeof AT_LAST_SLASH | typeof AT_SLASH | typeof INSIDE

/** With more children than this they are found by a table instead of one by one. */
const FEW = 4

class Node {
  label: string
  /** The label as units, all of ASCII: an array is read faster than a text. */
  units: readonly number[]
  readonly #children: Node[] = []
  #table: (Node | undefined)[] | undefined = undefined
  param: Node | undefined = undefined
  /** Layers whose path ends here. */
  ends: number[] | undefined = undefined
  /** Those of them that do not mind a slash behind it. */
  slashEnds: number[] | undefined = undefined
  /** Mounted layers whose path ends here. */
  prefixes: number[] | undefined = undefined
  /** Layers whose path goes on in a way the tree does not follow. */
  deeper: number[] | undefined = undefined
  /** The candidates of ways that end here, by what came next in the path. */
  readonly #places: (Candidates | undefined)[] = []

  constructor(label: string) {
    this.label = label
    this.units = unitsOf(label)
  }

  child(unit: number): Node | undefined {
    const table = this.#table
    if (table !== undefined) return unit < table.length ? table[unit] : undefined
    const children = this.#children
    for (let index = 0; index < children.length; index++) {
      if (children[index]!.units[0] === unit) return children[index]
    }
    return undefined
  }

  place(ending: Ending): Candidates {
    let place = this.#places[ending]
    if (place === undefined) {
      while (this.#places.length < ending) this.#places.push(undefined)
      place = { numbers: [], version: -1 }
      this.#places[ending] = place
    }
    return place
  }

  /** @returns the node that stands `text` further down. */
  insert(text: string): Node {
    if (text === '') return this
    const child = this.child(text.charCodeAt(0))
    if (child === undefined) return this.#append(new Node(text))
    const shared = sharedLength(child.label, text)
    if (shared === child.label.length) return child.insert(text.slice(shared))

    // The labels part inside of the child's: a node comes in between.
    const between = new Node(text.slice(0, shared))
    this.#replace(child, between)
    child.label = child.label.slice(shared)
    child.units = unitsOf(child.label)
    between.#append(child)
    return between.insert(text.slice(shared))
  }

  #append(node: Node): Node {
    this.#children.push(node)
    if (this.#table !== undefined) this.#tabulate(node)
    else if (this.#children.length > FEW) {
      this.#table = []
      for (const child of this.#children) this.#tabulate(child)
    }
    return node
  }

  #replace(child: Node, by: Node): void {
    this.#children[this.#children.indexOf(child)] = by
    if (this.#table !== undefined) this.#tabulate(by)
  }

  #tabulate(node: Node): void {
    const table = this.#table!
    const [first] = node.units
    while (table.length <= first!) table.push(undefined)
    table[first!] = node
  }
}

function unitsOf(label: string): readonly number[] {
  const units: number[] = []
  for (let index = 0; index < label.length; index++) units.push(label.charCodeAt(index))
  return units
}

function sharedLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

/** The part of a text that a tree of ASCII labels can hold. */
function followable(text: string): string {
  const end = text.search(/[\u0080-\uffff]/)
  return end === -1 ? text : text.slice(0, end)
}

function startsOtherCapture(flat: readonly FlatToken[], index: number): boolean {
  const token = flat[index]
  return token !== undefined && token.type !== 'text' && !isWholeSegment(flat, index)
}

/** `:name` between slashes. A constraint is for the layer to check: it never leaves the segment. */
function isWholeSegment(flat: readonly FlatToken[], index: number): boolean {
  const token = flat[index]!
  const before = flat[index - 1]
  const after = flat[index + 1]
  return (
    token.type === 'param' &&
    before?.type === 'text' &&
    before.value.endsWith('/') &&
    (after === undefined || (after.type === 'text' && after.value.startsWith('/')))
  )
}
