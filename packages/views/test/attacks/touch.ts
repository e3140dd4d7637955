/**
 * Runs in a page: opens renderings in frames, touches all that a user could, plays the libraries that
 * evaluate attributes and templates, and tells which renderings called home.
 */
export async function touchFrames({ from, to }: { from: number; to: number }): Promise<number[]> {
  const view = globalThis as unknown as Win
  const called: number[] = []
  view.addEventListener('message', ({ data }) => called.push(data as number))
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => view.setTimeout(resolve, ms))
  const frames: Frame[] = []
  const loaded: Promise<void>[] = []
  for (let i = from; i < to; i++) {
    const frame = view.document.createElement('iframe') as unknown as Frame
    loaded.push(
      new Promise((resolve) => {
        frame.addEventListener('load', () => resolve())
      }),
    )
    frame.src = `/${i}`
    frames.push(frame)
    view.document.body.append(frame)
  }
  await Promise.race([Promise.all(loaded), sleep(5000)]) // one that goes elsewhere may never load
  await sleep(100)
  const LIBRARY =
    /^(?:[@:#.*([]|x-|v-|hx-(?:on|vals|vars|headers)|(?:data-|x-)?ng-|data-(?:on-|bind|hx-vals))/
  const evaluate = (win: Win, code: string): void => {
    try {
      // What a library does: an expression, statements, or the inside of an object.
      for (const text of [`(${code})`, code, `({${code}})`, code.replace(/^js:/, '')]) {
        try {
          win.Function(`with (window) { ${text} }`)()
          return
        } catch {}
      }
    } catch {}
  }
  const touch = (win: Win): void => {
    const { document } = win
    for (const script of document.querySelectorAll('script')) {
      if (/babel|jsx|typescript|unheard/.test(script.type)) evaluate(win, script.textContent)
      if (!/template|handlebars/.test(script.type)) continue
      const [, code] = /\{\{(.*?)\}\}/s.exec(script.textContent) ?? []
      if (code !== undefined) evaluate(win, code)
      const [, inner] = /\$\{(.*?)\}/s.exec(script.textContent) ?? []
      if (inner !== undefined) evaluate(win, inner)
      const part = document.createElement('div')
      part.innerHTML = script.textContent
      document.body.append(part)
    }
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) if (LIBRARY.test(name)) evaluate(win, value)
      const trigger = element.getAttribute('hx-trigger')
      const [, filter] = /\[(.*)\]/s.exec(trigger ?? '') ?? []
      if (filter !== undefined) evaluate(win, filter)
      element.focus?.()
      for (const type of ['mouseover', 'mouseenter', 'focus', 'click']) {
        element.dispatchEvent(new win.MouseEvent(type, { bubbles: true, cancelable: true }))
      }
      try {
        if (element.contentWindow) touch(element.contentWindow)
      } catch {} // of another origin
    }
  }
  for (const frame of frames) {
    try {
      touch(frame.contentWindow)
    } catch {}
  }
  await sleep(300)
  return called
}

interface Win {
  readonly document: {
    readonly body: { append(element: object): void }
    createElement(name: string): Element
    querySelectorAll(selector: string): Iterable<Element>
  }
  addEventListener(type: string, listener: (event: { data: unknown }) => void): void
  setTimeout(callback: () => void, ms: number): void
  Function(code: string): () => void
  readonly MouseEvent: new (type: string, options: object) => object
}

interface Frame {
  src: string
  readonly contentWindow: Win
  addEventListener(type: string, listener: () => void): void
}

interface Element {
  readonly type: string
  readonly textContent: string
  innerHTML: string
  readonly attributes: Iterable<{ name: string; value: string }>
  readonly contentWindow?: Win
  getAttribute(name: string): string | null
  focus?(): void
  dispatchEvent(event: object): void
}
