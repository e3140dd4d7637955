import { endOfSegment, unitAt } from '../path/units.ts'
import type { FlatToken } from '../path/tokens.ts'
import { NONE, ROOT, RadixTree } from './radix-tree.ts'

/**
 * Finds the layers that can match a path.
 *
 * The tree branches where texts differ, and at `:name`, which stands for one whole segment. What
 * a path has behind the first thing that is neither is not looked at: its layer is a candidate
 * for all that begins alike. Where a text and a `:name` both fit, both ways are gone.
 *
 * Private to the compiler only, as is the rest of what a path is looked up in: to V8's interpreter a `#` is a key
 * that it first has to fetch, and before a method of that kind it also asks whether the object has it.
 */
export class SegmentTree {
  private readonly tree: RadixTree
  /** The layers of each node. */
  private readonly layers = new Map<number, NodeLayers>()
  /** What is met on the only way to a place: by node, and by what comes next in the path. */
  private readonly places: (Candidates | undefined)[] = []
  /** The path that was followed last, if there was one way; and where the segments on it end. */
  private followed: string | undefined = undefined
  private readonly ends: number[] = []

  /** @param folds - letters of ASCII stand for both of their cases. */
  constructor(folds: boolean) {
    this.tree = new RadixTree(folds)
  }

  /**
   * @param prefix - the path may go on behind `flat`.
   * @param strict - a trailing slash counts.
   * @returns false when the path begins with something a tree cannot follow.
   */
  add(flat: readonly FlatToken[], prefix: boolean, strict: boolean, number: number): boolean {
    let node = ROOT
    for (const [index, token] of flat.entries()) {
      if (token.type === 'text') {
        const text = followable(token.value)
        const cut = startsOtherCapture(flat, index + 1) ? text.lastIndexOf('/') + 1 : text.length
        node = this.tree.addText(node, text.slice(0, cut))
        if (cut === token.value.length) continue
      } else if (isWholeSegment(flat, index)) {
        node = this.tree.addSegment(node)
        continue
      }
      if (node === ROOT) return false
      const layers = this.layersOf(node)
      layers.deeper = append(layers.deeper, number)
      return true
    }
    if (node === ROOT) return false
    const layers = this.layersOf(node)
    if (prefix) layers.prefixes = append(layers.prefixes, number)
    else if (strict) layers.strictEnds = append(layers.strictEnds, number)
    else layers.ends = append(layers.ends, number)
    return true
  }

  /**
   * Saves whoever reads parameters the search for their ends: with three of them 4 % of a dispatch,
   * measured on Node 20.
   *
   * @returns where the segments end that stand for parameters; undefined when another path has been
   * followed since, or there were several ways.
   */
  segmentEnds(path: string): readonly number[] | undefined {
    return path === this.followed ? this.ends : undefined
  }

  /** From now on there are no ends to be had: another path was found without the tree. */
  forgetPath(): void {
    this.followed = undefined
  }

  private layersOf(node: number): NodeLayers {
    let layers = this.layers.get(node)
    if (layers === undefined) this.layers.set(node, (layers = new NodeLayers()))
    return layers
  }

  /**
   * @param others - candidates for every path.
   * @param version - as long as it is the same, so are the answers.
   * @returns undefined where there are several ways to go: `findAll` goes them.
   */
  find(path: string, others: readonly number[], version: number): readonly number[] | undefined {
    const way = this.onlyWay(path)
    if (way === BRANCHED) return undefined
    const known = this.places[way]
    if (known !== undefined && known.version === version) return known.numbers
    const numbers = this.findAll(path, others)
    while (this.places.length <= way) this.places.push(undefined)
    this.places[way] = { numbers, version }
    return numbers
  }

  /** @param others - candidates for every path. */
  findAll(path: string, others: readonly number[]): readonly number[] {
    const met = [others]
    this.meetAll(met, ROOT, path, 0)
    return mergeAscending(met)
  }

  /**
   * Follows a path as long as there is one way to go, which there mostly is.
   *
   * @returns the place where it ends, which says what was met; `BRANCHED` where two ways fit.
   */
  private onlyWay(path: string): number {
    const tree = this.tree
    const length = path.length
    let node = ROOT
    let at = 0
    let segments = 0
    while (at < length) {
      const unit = unitAt(path, at)
      const child = tree.child(node, unit)
      const end = child === NONE ? -1 : tree.endOfLabel(child, path, at)
      const segment = unit === SLASH ? NONE : tree.segment(node)
      if (end !== -1) {
        if (segment !== NONE) {
          this.followed = undefined
          return BRANCHED
        }
        node = child
        at = end
      } else if (segment !== NONE) {
        node = segment
        at = endOfSegment(path, at)
        this.ends[segments++] = at
      } else {
        this.followed = path
        if (unit !== SLASH) return node + INSIDE
        return node + (at === length - 1 ? AT_LAST_SLASH : AT_SLASH)
      }
    }
    this.followed = path
    return node + AT_END
  }

  /** Follows a path on every way that fits, and adds the lists of layers that are met there. */
  private meetAll(met: (readonly number[])[], from: number, path: string, start: number): void {
    const tree = this.tree
    const length = path.length
    let node = from
    let at = start
    for (;;) {
      const layers = this.layers.get(node)
      if (layers?.deeper !== undefined) met.push(layers.deeper)
      if (at === length) {
        if (layers?.prefixes !== undefined) met.push(layers.prefixes)
        if (layers?.ends !== undefined) met.push(layers.ends)
        if (layers?.strictEnds !== undefined) met.push(layers.strictEnds)
        return
      }
      const unit = unitAt(path, at)
      if (unit === SLASH) {
        if (layers?.prefixes !== undefined) met.push(layers.prefixes)
        if (at === length - 1 && layers?.ends !== undefined) met.push(layers.ends)
      } else {
        const segment = tree.segment(node)
        if (segment !== NONE) this.meetAll(met, segment, path, endOfSegment(path, at))
      }
      const child = tree.child(node, unit)
      const end = child === NONE ? -1 : tree.endOfLabel(child, path, at)
      if (end === -1) return
      node = child
      at = end
    }
  }
}

/** The layers of one node of the tree. */
class NodeLayers {
  /** Layers whose path ends here, with a slash behind it or without. */
  ends: number[] | undefined = undefined
  /** Layers whose path ends here, and has no slash behind it. */
  strictEnds: number[] | undefined = undefined
  /** Mounted layers whose path ends here. */
  prefixes: number[] | undefined = undefined
  /** Layers whose path goes on in a way the tree does not follow. */
  deeper: number[] | undefined = undefined
}

const SLASH = 47

// Where a way through the tree ends: at the end of the path, at its last slash, at another slash,
// or inside of a segment. Nodes stand far enough apart to count the four between them.
const AT_END = 0
const AT_LAST_SLASH = 1
const AT_SLASH = 2
const INSIDE = 3

const BRANCHED = -1

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

/** Numbers of layers, as they were when the index had `version`. */
export interface Candidates {
  numbers: readonly number[]
  version: number
}

/**
 * Adds a number that is at least as large as the last one.
 *
 * @param numbers - undefined for an empty list. Most lists have one number, and a list that was
 * pushed to has room for 16 more.
 */
export function append(numbers: number[] | undefined, number: number): number[] {
  if (numbers === undefined) return [number]
  if (numbers[numbers.length - 1] !== number) numbers.push(number)
  return numbers
}

/** Joins ascending lists into one, each number once. */
function mergeAscending(lists: readonly (readonly number[])[]): readonly number[] {
  let filled = 0
  let only: readonly number[] = NO_NUMBERS
  for (const list of lists) {
    if (list.length === 0) continue
    filled++
    only = list
  }
  if (filled < 2) return only
  return [...new Set(lists.flat())].toSorted((a, b) => a - b)
}

const NO_NUMBERS: readonly number[] = []
