import { endOfSegment, isAscii } from './units.ts'
import { Params, decodeParam } from './params.ts'
import type { FlatToken } from './tokens.ts'

/**
 * Reads the parameters of a path that is known to match, by nothing but the distances in it.
 *
 * For the paths that most routes have: texts, `:name` for whole segments, perhaps a `*name` at
 * the end. The index has compared the texts by the time that a candidate is looked at.
 */
export class DirectPath {
  /** There is nothing to read: the path is text alone. */
  readonly isText: boolean
  private readonly names: readonly string[]
  /** The length of the text before each name, and behind the last one. */
  private readonly lengths: readonly number[]
  private readonly splat: string | undefined

  private constructor(names: string[], lengths: number[], splat: string | undefined) {
    this.names = names
    this.lengths = lengths
    this.splat = splat
    this.isText = names.length === 0 && splat === undefined
  }

  /** @returns undefined when there is more in the path than distances can tell. */
  static of(flat: readonly FlatToken[]): DirectPath | undefined {
    // The index has nothing to compare with: the path is a candidate for everything.
    if (flat.length === 0) return undefined
    const names: string[] = []
    const lengths = [0]
    let splat: string | undefined
    for (const [index, token] of flat.entries()) {
      const last = lengths.length - 1
      const after = flat[index + 1]
      if (token.type === 'text') {
        // Where letters of other alphabets count as equal, the index does not compare them.
        if (!isAscii(token.value)) return undefined
        lengths[last]! += token.value.length
      } else if (!isAtSegmentStart(flat, index)) {
        return undefined
      } else if (token.type === 'splat') {
        if (after !== undefined || token.asText === true) return undefined
        splat = token.name
      } else {
        const endsSegment =
          after === undefined || (after.type === 'text' && after.value.startsWith('/'))
        if (token.constraint !== undefined || !endsSegment) return undefined
        names.push(token.name)
        lengths.push(0)
      }
    }
    // Copies have no room for more: there is one of this for every route.
    return new DirectPath([...names], [...lengths], splat)
  }

  /**
   * @param hasEscapes - something in the path is percent-encoded.
   * @param ends - where the names' segments end, if that is known.
   * @returns undefined when nothing is left for the splat.
   * @throws {ParamDecodeError} status 400
   */
  read(path: string, hasEscapes: boolean, ends?: readonly number[]): Params | undefined {
    const splat = this.splat
    // Before anything is decoded: what does not match cannot be undecodable.
    if (splat !== undefined && this.end(path) >= path.length) return undefined
    const params = new Params()
    const names = this.names
    const lengths = this.lengths
    let at = lengths[0]!
    for (let index = 0; index < names.length; index++) {
      const name = names[index]!
      const end = ends === undefined ? endOfSegment(path, at) : ends[index]!
      const value = path.slice(at, end)
      params[name] = hasEscapes ? decodeParam(name, value) : value
      at = end + lengths[index + 1]!
    }
    if (splat !== undefined) {
      const parts = path.slice(at).split('/')
      params[splat] = parts.map((part) => decodeParam(splat, part))
    }
    return params
  }

  /** The part of a longer path that a mounted layer has matched. */
  matchedPart(path: string): string {
    if (this.splat !== undefined) return path
    const end = this.end(path)
    return path.slice(0, path.length === end + 1 ? end + 1 : end)
  }

  /** Where the last text ends. */
  private end(path: string): number {
    const lengths = this.lengths
    let end = lengths[0]!
    for (let index = 1; index < lengths.length; index++) {
      end = endOfSegment(path, end) + lengths[index]!
    }
    return end
  }
}

function isAtSegmentStart(flat: readonly FlatToken[], index: number): boolean {
  const before = flat[index - 1]
  return before?.type === 'text' && before.value.endsWith('/')
}
