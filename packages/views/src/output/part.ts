import type { AsyncItems, Page, PrintPagelet } from './runtime.ts'

/** A part of a page that must not leave before it is whole: takes its text, and asks the page for all else. */
export class Part implements Page {
  /** What is printed so far. */
  text = ''
  readonly isFull = false
  private readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  add(text: string): void {
    this.text += text
  }

  waitsFor(): boolean {
    return false
  }

  loop(): AsyncItems {
    return this.page.loop()
  }

  pagelet(around: unknown, ...pagelet: Parameters<PrintPagelet>): string | Promise<string> {
    return this.page.pagelet(around, ...pagelet)
  }

  entered(): unknown {
    return this.page.entered()
  }
}
