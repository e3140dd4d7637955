import { Readable } from 'node:stream'

import { isThenable } from '../contexts/printable.ts'
import { CHUNK } from '../output/suspend.ts'
import { type Page, type PrintPagelet, ROOM } from '../output/runtime.ts'
import { type Content, contentOf, type OnFailure, report } from '../pagelets/content.ts'
import { Pagelets } from '../pagelets/pagelets.ts'
import { placerScript, type WayBack, wayBackLink } from '../pagelets/placer.ts'
import { forget } from '../source/error-place.ts'
import { WaitingLoop } from './waiting-loop.ts'

/** How pagelets come, and what their script and their link need. */
export interface PageletsOptions {
  /** Whether each is printed in its place when its turn comes, as if it were waited for. */
  readonly inOrder: boolean
  readonly nonce: string | undefined
  readonly wayBack: WayBack | undefined
  readonly onFailure: OnFailure | undefined
}

/** A page that is being rendered: yields what it waits for, which is `ROOM` when the page is full. */
export type Rendering = Generator<unknown, string, unknown>

/** How a rendering goes on: with a value, or with an error where it waited. */
interface Settled {
  readonly how: 'next' | 'throw'
  readonly value: unknown
}

const NOTHING: Settled = { how: 'next', value: undefined }

/**
 * A page that is rendered while it is read, as bytes of UTF-8.
 *
 * Text is kept together until there are 16 KiB of it, or the page waits for something that does not
 * settle at once; so an error before that comes before the first byte. What is not read holds up the
 * rendering. Destroyed, it stops where it is: `finally` blocks run, `catch` blocks do not.
 */
export class PageStream extends Readable implements Page {
  isFull = false
  private text = ''
  private readonly begin: (page: Page) => Rendering
  private rendering: Rendering | undefined
  private isRunning = false
  private isWaiting = false
  /** What was waited for, while the reader has had enough. */
  private settled: Settled | undefined
  private isEnded = false
  private leaving: NodeJS.Immediate | undefined
  // Few pages have any of these.
  private loops: Set<WaitingLoop> | undefined
  private readonly options: PageletsOptions
  private pagelets: Pagelets | undefined
  private inOrder: Set<Content> | undefined
  /** The end of the page, which waits for the pagelets; undefined while the page is rendered. */
  private tail: string | undefined

  constructor(begin: (page: Page) => Rendering, options: PageletsOptions) {
    super({ highWaterMark: CHUNK })
    this.begin = begin
    this.options = options
  }

  add(text: string): void {
    this.text += text
    if (this.text.length >= CHUNK) this.leave()
  }

  waitsFor(value: unknown): boolean {
    return isThenable(value)
  }

  loop(): WaitingLoop {
    const loops = (this.loops ??= new Set())
    const loop = new WaitingLoop((ended) => loops.delete(ended))
    loops.add(loop)
    return loop
  }

  pagelet(around: unknown, ...given: Parameters<PrintPagelet>): string | Promise<string> {
    const { inOrder, onFailure } = this.options
    if (this.isEnded) return ''
    if (!inOrder) {
      this.pagelets ??= new Pagelets(() => this.soon(), onFailure)
      return this.pagelets.open(around, ...given)
    }
    const [name, data, print, options] = given
    const content = contentOf(name, data, print, options, (error) => report(name, error, onFailure))
    const contents = (this.inOrder ??= new Set())
    contents.add(content)
    return content.text.finally(() => contents.delete(content))
  }

  entered(): unknown {
    return this.pagelets?.entered()
  }

  override _read(): void {
    this.isFull = false
    if (this.tail !== undefined) return this.sendPagelets()
    if (this.isRunning || this.isWaiting) return
    const { settled = NOTHING } = this
    this.settled = undefined
    this.run(settled)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.isEnded = true
    this.text = ''
    clearImmediate(this.leaving)
    for (const loop of this.loops ?? []) loop.close()
    for (const content of this.inOrder ?? []) content.giveUp()
    this.pagelets?.close()
    // A generator that runs cannot be ended: it is, when it stops.
    if (!this.isRunning) this.release()
    done(error)
  }

  /** Renders until there is something to wait for, or the reader has had enough. */
  private run({ how, value: given }: Settled): void {
    if (this.isEnded) return
    this.isRunning = true
    try {
      this.rendering ??= this.begin(this)
      let step = this.rendering[how](given)
      while (!step.done) {
        const { value } = step
        if (this.isEnded || (value === ROOM && this.isFull)) return
        // `await 1` lets others go first, too.
        if (value !== ROOM) return this.waitFor(value)
        step = this.rendering.next()
      }
      if (!this.isEnded) this.end(step.value)
    } catch (error) {
      forget(error)
      this.destroy(error as Error)
    } finally {
      this.isRunning = false
      if (this.isEnded) this.release()
    }
  }

  private waitFor(value: unknown): void {
    this.isWaiting = true
    if (isThenable(value)) this.soon()
    const goOn = (settled: Settled): void => {
      this.isWaiting = false
      if (this.isFull) this.settled = settled
      else this.run(settled)
    }
    Promise.resolve(value).then(
      (result) => goOn({ how: 'next', value: result }),
      (error: unknown) => goOn({ how: 'throw', value: error }),
    )
  }

  /** What is printed, or ready, leaves when all that is ready at this moment is. */
  private soon(): void {
    this.leaving ??= setImmediate(() => {
      this.leave()
      if (this.tail !== undefined) this.sendPagelets()
    })
  }

  /** Hands what is printed to the reader. */
  private leave(): void {
    clearImmediate(this.leaving)
    this.leaving = undefined
    if (this.isEnded) return
    const { text } = this
    // The second half of a character may come with the next text.
    const isCut = isHighSurrogate(text.charCodeAt(text.length - 1))
    this.text = isCut ? text.slice(-1) : ''
    const whole = isCut ? text.slice(0, -1) : text
    if (whole !== '') this.isFull = !this.send(whole)
  }

  /** @returns whether the reader wants more. */
  private send(text: string): boolean {
    if (text.length < CHUNK / 8) return this.push(text, 'utf8')
    // Most text is ASCII. `Buffer.from` would count its bytes first, which costs as much again.
    const bytes = Buffer.allocUnsafeSlow(text.length)
    const { read, written } = UTF8.encodeInto(text, bytes)
    if (read === text.length) return this.push(bytes)
    this.push(bytes.subarray(0, written))
    return this.push(text.slice(read), 'utf8')
  }

  private end(rest: string): void {
    this.rendering = undefined
    const text = this.text + rest
    if (!this.pagelets?.isPending) return this.close(text)
    const { nonce, wayBack } = this.options
    const end = END_OF_PAGE.exec(text)?.index ?? text.length
    const link = wayBack ? wayBackLink(wayBack) : ''
    this.text = `${text.slice(0, end)}${link}${placerScript(nonce)}\n`
    this.tail = text.slice(end)
    this.leave()
    this.sendPagelets()
  }

  /** Sends the pagelets that are ready; behind the last one the page ends. */
  private sendPagelets(): void {
    while (!this.isFull && !this.isEnded) {
      const next = this.pagelets?.take()
      if (next === undefined) break
      this.text = next
      this.leave()
    }
    if (!this.isEnded && !this.pagelets?.isPending) this.close(this.tail ?? '')
  }

  private close(text: string): void {
    this.text = ''
    clearImmediate(this.leaving)
    this.isEnded = true
    if (text !== '') this.send(text)
    this.push(null)
  }

  /** Lets go of the rendering, whose `finally` blocks run now. What they print or throw is for nobody. */
  private release(): void {
    const { rendering } = this
    this.rendering = undefined
    if (rendering) void finish(rendering)
  }
}

const UTF8 = new TextEncoder()

/** What pagelets have to come before. */
const END_OF_PAGE = /<\/body\s*>\s*(?:<\/html\s*>\s*)?$/i

async function finish(rendering: Rendering): Promise<void> {
  try {
    let step = rendering.return('')
    // A `finally` block may wait, too.
    while (!step.done) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const [settled] = await Promise.allSettled([step.value])
      step =
        settled.status === 'fulfilled'
          ? rendering.next(settled.value)
          : rendering.throw(settled.reason)
    }
  } catch {
    // The page is gone; why, its reader has been told.
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd8_00 && code <= 0xdb_ff
}
