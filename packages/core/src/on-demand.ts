/**
 * Packages and parts of node that many programs never need, loaded when they are first called for.
 *
 * Loading is what a start is made of; the table of media types alone takes 5 ms. `require`, because
 * those who call cannot wait; written out with each name, because bundlers follow only names that
 * they can read.
 */
export const onDemand = onFirstRead({
  accepts: () => require('accepts') as typeof import('accepts'),
  contentDisposition: () => require('content-disposition') as typeof import('content-disposition'),
  contentType: () => require('content-type') as typeof import('content-type'),
  http2: () => require('node:http2') as typeof import('node:http2'),
  mimeTypes: () => require('mime-types') as typeof import('mime-types'),
  proxyAddr: () => require('proxy-addr') as typeof import('proxy-addr'),
  qs: () => require('neoqs/legacy') as typeof import('neoqs/legacy'),
  rangeParser: () => require('range-parser') as typeof import('range-parser'),
  typeIs: () => require('type-is') as typeof import('type-is'),
  vary: () => require('vary') as typeof import('vary'),
  ws: () => require('ws') as typeof import('ws'),
  views: () => require('@tokkyu/views') as typeof import('@tokkyu/views'),
})

type Loaded<Loaders extends Record<string, () => unknown>> = {
  readonly [Name in keyof Loaders]: ReturnType<Loaders[Name]>
}

/** Properties that are loaded when they are read for the first time, and kept: a `require` again takes 0.12 µs. */
function onFirstRead<Loaders extends Record<string, () => unknown>>(
  loaders: Loaders,
): Loaded<Loaders> {
  const loaded = {} as Loaded<Loaders>
  for (const [name, load] of Object.entries(loaders)) {
    const get = (): unknown => {
      const value = load()
      Object.defineProperty(loaded, name, { value })
      return value
    }
    Object.defineProperty(loaded, name, { configurable: true, enumerable: true, get })
  }
  return loaded
}
