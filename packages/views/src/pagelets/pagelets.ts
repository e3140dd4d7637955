import type { PrintPagelet } from '../output/runtime.ts'
import { type Content, contentOf, type OnFailure, report } from './content.ts'

/** A pagelet whose place is in the page, and whose content is not yet. */
interface Pagelet {
  readonly id: string
  readonly priority: number
  /** The one in whose content it stands. */
  readonly around: Pagelet | undefined
  content: Content | undefined
  /** What it prints, when that is known. */
  text: string | undefined
  isSent: boolean
  hasFailed: boolean
}

/**
 * The pagelets of a page that come when they are ready, by the out-of-order streaming of HTML: what stands
 * between `<?start name="p1">` and `<?end>` gives way to the content of a `<template for="p1">`.
 *
 * Their names in the page are numbers of ours, so that no data can be one.
 */
export class Pagelets {
  private count = 0
  private isClosed = false
  private entering: Pagelet | undefined
  private readonly pending = new Set<Pagelet>()
  private readonly onReady: () => void
  private readonly onFailure: OnFailure | undefined

  constructor(onReady: () => void, onFailure?: OnFailure) {
    this.onReady = onReady
    this.onFailure = onFailure
  }

  get isPending(): boolean {
    return this.pending.size > 0
  }

  /** Takes a pagelet, and gives what stands in its place until it is ready. */
  open(given: unknown, ...[name, data, print, options]: Parameters<PrintPagelet>): string {
    const around = given as Pagelet | undefined // what `entered` gave, or undefined
    // It may be late: its place is gone, or nobody is there any more.
    if (this.isClosed || around?.hasFailed) return ''
    const pagelet: Pagelet = {
      id: `p${++this.count}`,
      priority: options?.priority ?? 0,
      around,
      content: undefined,
      text: undefined,
      isSent: false,
      hasFailed: false,
    }
    this.pending.add(pagelet)
    const enter: typeof print = (settled) => {
      this.entering = pagelet
      return print(settled)
    }
    const content = contentOf(name, data, enter, options, (error) => {
      pagelet.hasFailed = true
      this.giveUpIn(pagelet)
      report(name, error, this.onFailure)
    })
    pagelet.content = content
    void content.text.then((text) => {
      if (!this.pending.delete(pagelet)) return
      pagelet.text = text
      this.pending.add(pagelet) // behind those that were ready before
      this.onReady()
    })
    return `<?start name="${pagelet.id}">${this.fallback(name, options)}<?end>`
  }

  /** The pagelet whose content begins to be printed: asked for by its first statement. */
  entered(): unknown {
    return this.entering
  }

  /** The next that is ready: of several the most urgent, and of these the one that was ready first. */
  take(): string | undefined {
    let next: Pagelet | undefined
    for (const pagelet of this.pending) {
      if (pagelet.text === undefined || pagelet.around?.isSent === false) continue
      if (!next || pagelet.priority > next.priority) next = pagelet
    }
    if (!next) return undefined
    this.pending.delete(next)
    next.isSent = true
    return contentTemplate(next.id, next.text ?? '')
  }

  /** Nobody wants them any more. */
  close(): void {
    this.isClosed = true
    for (const { content } of this.pending) content?.giveUp()
    this.pending.clear()
  }

  /** The content of a pagelet has failed: what stood in it has no place. */
  private giveUpIn(around: Pagelet): void {
    for (const pagelet of this.pending) {
      if (pagelet.around !== around) continue
      pagelet.content?.giveUp()
      this.pending.delete(pagelet)
      this.giveUpIn(pagelet)
    }
  }

  private fallback(name: unknown, options: Parameters<PrintPagelet>[3]): string {
    try {
      return options?.fallback?.() ?? ''
    } catch (error) {
      report(name, error, this.onFailure)
      return ''
    }
  }
}

/** The line break tells the script of older browsers that the template before it is whole. */
function contentTemplate(id: string, text: string): string {
  return `<template for="${id}">${text}</template>\n`
}
