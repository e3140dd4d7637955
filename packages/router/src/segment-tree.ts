import { type Candidates, append, mergeAscending } from './candidates.ts'
import type { FlatToken } from './path-parser.ts'

/**
 * Finds the layers whose paths have captures, or are prefixes.
 *
 * The tree branches where texts differ, and at `:name`, which stands for one whole segment. What
 * a path has behind the first thing that is neither is not looked at: its layer is a candidate
 * for all that begins alike. Where a text and a `:name` both fit, both ways are gone.
 */
export class SegmentTree {
  readonly #root = new Node('')
  readonly #folds: boolean
  // Scratch of one `find`, which never calls anything that could find again.
  readonly #lists: (readonly number[])[] = []
  #branched = false

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
        const cut = startsCapture(flat, index + 1) ? text.lastIndexOf('/') + 1 : text.length
        node = node.insert(this.#folds ? text.slice(0, cut).toLowerCase() : text.slice(0, cut))
        if (cut === token.value.length) continue
      } else if (isWholeSegment(flat, index)) {
        node = node.param ??= new Node('')
        continue
      }
      if (node === this.#root) return false
      append(node.deeper, number)
      return true
    }
    if (node === this.#root) return false
    if (prefix) append(node.prefixes, number)
    else {
      append(node.ends, number)
      if (!strict) append(node.slashEnds, number)
    }
    return true
  }

  /**
   * @param others - candidates for every path.
   * @param version - as long as it is the same, so are the answers.
   */
  find(path: string, others: readonly number[], version: number): readonly number[] {
    this.#lists.length = 0
    this.#branched = false
    const place = this.#walk(this.#root, path, 0)
    if (this.#branched) return mergeAscending([...this.#lists, others])
    if (place.version !== version) {
      place.numbers = mergeAscending([...this.#lists, others])
      place.version = version
    }
    return place.numbers
  }

  /** @returns where the last way ended; all lists of a way without branches follow from that. */
  #walk(from: Node, path: string, start: number): Candidates {
    const length = path.length
    const lists = this.#lists
    let node = from
    let at = start
    for (;;) {
      if (node.deeper.length > 0) lists.push(node.deeper)
      if (at === length) {
        if (node.prefixes.length > 0) lists.push(node.prefixes)
        if (node.ends.length > 0) lists.push(node.ends)
        return node.atEnd
      }
      const unit = unitAt(path, at)
      const isSlash = unit === SLASH
      if (isSlash) {
        if (node.prefixes.length > 0) lists.push(node.prefixes)
        if (at === length - 1 && node.slashEnds.length > 0) lists.push(node.slashEnds)
      }
      const child = node.child(this.#folds ? fold(unit) : unit)
      const hasChild = child !== undefined && this.#isAt(child.label, path, at)
      if (node.param !== undefined && !isSlash) {
        const slash = path.indexOf('/', at)
        const end = slash === -1 ? length : slash
        if (!hasChild) {
          node = node.param
          at = end
          continue
        }
        this.#branched = true
        this.#walk(node.param, path, end)
      }
      if (!hasChild) {
        if (!isSlash) return node.inside
        return at === length - 1 ? node.atSlashEnd : node.atSlash
      }
      node = child
      at += child.label.length
    }
  }

  #isAt(label: string, path: string, at: number): boolean {
    const length = label.length
    if (path.length - at < length) return false
    for (let offset = 1; offset < length; offset++) {
      const unit = unitAt(path, at + offset)
      if (unitAt(label, offset) !== (this.#folds ? fold(unit) : unit)) return false
    }
    return true
  }
}

const SLASH = 47

/** See `path-runner.ts`. */
const unitAt: (text: string, at: number) => number = Function.prototype.call.bind(
  String.prototype.charCodeAt,
) as never

function fold(unit: number): number {
  return unit >= 65 && unit <= 90 ? unit + 32 : unit
}

class Node {
  label: string
  /** Children by the first unit of their label, which is ASCII. */
  #children: (Node | undefined)[] = []
  param: Node | undefined = undefined
  /** Layers whose path ends here. */
  ends: number[] = []
  /** Those of them that do not mind a slash behind it. */
  slashEnds: number[] = []
  /** Mounted layers whose path ends here. */
  prefixes: number[] = []
  /** Layers whose path goes on in a way the tree does not follow. */
  deeper: number[] = []
  // The candidates of a way that ends here: at the end of the path, at its last slash, at another
  // slash, inside of a segment.
  readonly atEnd: Candidates = { numbers: [], version: -1 }
  readonly atSlashEnd: Candidates = { numbers: [], version: -1 }
  readonly atSlash: Candidates = { numbers: [], version: -1 }
  readonly inside: Candidates = { numbers: [], version: -1 }

  constructor(label: string) {
    this.label = label
  }

  child(unit: number): Node | undefined {
    return unit < this.#children.length ? this.#children[unit] : undefined
  }

  /** @returns the node that stands `text` further down. */
  insert(text: string): Node {
    if (text === '') return this
    const unit = text.charCodeAt(0)
    const child = this.child(unit)
    if (child === undefined) return this.#place(unit, new Node(text))
    const shared = sharedLength(child.label, text)
    if (shared === child.label.length) return child.insert(text.slice(shared))

    // The labels part inside of the child's: a node comes in between.
    const between = this.#place(unit, new Node(text.slice(0, shared)))
    child.label = child.label.slice(shared)
    between.#place(child.label.charCodeAt(0), child)
    return between.insert(text.slice(shared))
  }

  #place(unit: number, node: Node): Node {
    while (this.#children.length <= unit) this.#children.push(undefined)
    this.#children[unit] = node
    return node
  }
}

function sharedLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

/** The part of a text that a tree of ASCII labels can hold. */
function followable(text: string): string {
  const end = text.search(/[^\u0001-\u007f]/)
  return end === -1 ? text : text.slice(0, end)
}

function startsCapture(flat: readonly FlatToken[], index: number): boolean {
  const token = flat[index]
  return token !== undefined && token.type !== 'text' && !isWholeSegment(flat, index)
}

/** `:name` between slashes, without a constraint. */
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
