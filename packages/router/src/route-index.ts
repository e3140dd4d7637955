import { type Candidates, append, mergeAscending } from './candidates.ts'
import { foldCase } from './fold-case.ts'
import type { Layer } from './layer.ts'
import { TextPathMatcher } from './path-matcher.ts'
import type { FlatToken } from './path-parser.ts'
import { SegmentTree } from './segment-tree.ts'

/**
 * Finds the layers of a router that can match a path, without looking at the others.
 *
 * It holds numbers of layers, always in ascending order, so that whoever goes through what it
 * finds goes through the router's list in its order. Paths without captures are in a Map, the
 * rest in a tree by segments; what begins with neither is a candidate for every path.
 */
export class RouteIndex {
  /** Changes whenever the answers of `find` can. */
  version = 0
  /** Letter case does not count; then layers for which it does have to look for themselves. */
  folds = false
  #count = 0
  #everywhere: number[] = []
  #static = new Map<string, StaticPath>()
  #tree = new SegmentTree(false)
  #hasWideStatic = false

  /** Starts anew: the layers are no longer what was added. */
  forget(): void {
    this.#start(this.folds)
  }

  #start(folds: boolean): void {
    this.version++
    this.folds = folds
    this.#count = 0
    this.#everywhere = []
    this.#static = new Map()
    this.#tree = new SegmentTree(folds)
    this.#hasWideStatic = false
  }

  /** Takes in the layers that have been added to the end of the list. */
  update(layers: readonly Layer[]): void {
    if (this.#count === layers.length) return
    if (this.#count > layers.length) this.forget()
    this.version++
    while (this.#count < layers.length) {
      const layer = layers[this.#count]!
      if (!this.folds && !layer.sensitive) this.#start(true)
      else this.#add(layer, this.#count++)
    }
  }

  /**
   * @param path - of a request, as the client wrote it.
   * @returns the numbers of all layers that match, and perhaps of some that do not.
   */
  find(path: string): readonly number[] {
    const known = this.#static.get(path) ?? this.#findInOtherCase(path)
    if (known === undefined) return this.#tree.find(path, this.#everywhere, this.version)
    const { candidates } = known
    if (candidates.version !== this.version) {
      const others = this.#tree.find(path, this.#everywhere, this.version)
      candidates.numbers = mergeAscending([known.numbers, others])
      candidates.version = this.version
    }
    return candidates.numbers
  }

  #findInOtherCase(path: string): StaticPath | undefined {
    if (!this.folds || (!this.#hasWideStatic && path.toLowerCase() === path)) return undefined
    return this.#static.get(foldCase(path))
  }

  #add(layer: Layer, number: number): void {
    if (layer.slash) {
      this.#everywhere.push(number)
      return
    }
    for (const matcher of layer.matchers) {
      if (!(matcher instanceof TextPathMatcher)) {
        append(this.#everywhere, number)
        continue
      }
      const { prefix, strict } = matcher.options
      for (const flat of matcher.alternatives) this.#addPath(flat, prefix, strict, number)
    }
  }

  #addPath(flat: readonly FlatToken[], prefix: boolean, strict: boolean, number: number): void {
    const text = prefix ? undefined : staticText(flat)
    if (text !== undefined) {
      this.#addStatic(text, number)
      if (!strict) this.#addStatic(`${text}/`, number)
    } else if (!this.#tree.add(flat, prefix, strict, number)) {
      append(this.#everywhere, number)
    }
  }

  #addStatic(text: string, number: number): void {
    const path = this.folds ? foldCase(text) : text
    // oxlint-disable-next-line no-control-regex -- the whole of ASCII is meant
    this.#hasWideStatic ||= /[^\u0000-\u007f]/.test(path)
    const entry = this.#static.get(path)
    if (entry !== undefined) append(entry.numbers, number)
    else this.#static.set(path, { numbers: [number], candidates: { numbers: [], version: -1 } })
  }
}

interface StaticPath {
  /** Layers that have exactly this path. */
  readonly numbers: number[]
  /** These, and all others that can match it. */
  readonly candidates: Candidates
}

function staticText(flat: readonly FlatToken[]): string | undefined {
  let text = ''
  for (const token of flat) {
    if (token.type !== 'text') return undefined
    text += token.value
  }
  return text
}
