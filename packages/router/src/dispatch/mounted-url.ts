import { originLength } from './layer-cursor.ts'
import type { RoutingRequest } from './routed-request.ts'

/**
 * Shows a mounted layer the URL without the prefix it is mounted at, and puts the prefix back
 * when the layer has moved on, whatever the layer has made of the URL in between.
 */
export class MountedUrl {
  private readonly req: RoutingRequest
  private readonly base: string
  /** Scheme and host, where the client sent the absolute form and nobody has rewritten it. */
  private origin = ''
  private removed = ''
  private slashAdded = false
  /** The URL before, and as the layer got it: most layers give back what they got. */
  private whole: string | undefined = undefined
  private shown: string | undefined = undefined

  /** @param base - `req.baseUrl` outside of the layer. */
  constructor(req: RoutingRequest, base: string) {
    this.req = req
    this.base = base
  }

  /**
   * Removes the prefix.
   *
   * @returns false, with nothing changed, when `path` does not begin with it, or goes on in the
   * same segment: an unanchored RegExp can match such a piece.
   */
  enter(prefix: string, path: string): boolean {
    if (prefix === '') return true
    const behind = path[prefix.length]
    if ((behind !== undefined && behind !== '/') || !path.startsWith(prefix)) return false

    const req = this.req
    const whole = req.url as string
    const origin = whole[0] === '/' ? '' : whole.slice(0, originLength(whole))
    this.origin = origin
    let shown = origin + whole.slice(origin.length + prefix.length)
    this.slashAdded = origin === '' && shown[0] !== '/'
    if (this.slashAdded) shown = `/${shown}`
    this.removed = prefix
    this.whole = whole
    this.shown = shown
    req.url = shown
    req.baseUrl = this.base + (prefix.endsWith('/') ? prefix.slice(0, -1) : prefix)
    return true
  }

  /** Puts the prefix back, if there is one to put back. */
  restore(): void {
    if (this.removed === '') return
    const req = this.req
    req.baseUrl = this.base
    req.url = req.url === this.shown ? this.whole : this.withPrefix(req.url as string)
    this.removed = ''
  }

  /** A URL that the layer has rewritten counts from the prefix. */
  private withPrefix(rewritten: string): string {
    let url = rewritten
    if (this.slashAdded) {
      const isRoot = url === '/' || url.startsWith('/?')
      if (isRoot || (this.removed.endsWith('/') && url[0] === '/')) url = url.slice(1)
    }
    // Express cuts as many units off a URL that lost its origin as the origin had.
    if (!url.startsWith(this.origin)) return this.removed + url
    return this.origin + this.removed + url.slice(this.origin.length)
  }
}
