import {
  type LinkedRender,
  type LinkedStream,
  mergeLocals,
  type RenderFunction,
  type StreamFunction,
} from './instantiate.ts'
import { Part } from './part.ts'

/** How a program calls a template that it names: with its own locals, and the data of the call where there is some. */
export function renderLinked(render: RenderFunction, takesData: boolean): LinkedRender {
  return takesData
    ? (locals, data) => render(mergeLocals(locals, data))
    : (locals) => render(locals)
}

/**
 * The same in a page that is read while it is rendered.
 *
 * @param isLayouts - what is printed goes to a layout, and not to the page.
 */
export function streamLinked(
  render: StreamFunction,
  takesData: boolean,
  isLayouts: boolean,
): LinkedStream {
  const dataOf = (locals: object, given: unknown): object =>
    takesData ? mergeLocals(locals, given) : locals
  if (!isLayouts) {
    return (page) => (locals, given) => render(dataOf(locals, given), undefined, undefined, page)
  }
  return (page) =>
    function* (locals, given) {
      const part = new Part(page)
      const rest = yield* render(dataOf(locals, given), undefined, undefined, part)
      return part.text + rest
    }
}

/** A template that has no place at which it could be left, as one that can. */
export function inOnePiece(render: RenderFunction): StreamFunction {
  return function* (locals, body, blocks) {
    return (yield render(locals, body, blocks)) as string
  }
}
