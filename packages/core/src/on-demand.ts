/**
 * Packages and parts of node that many programs never need, loaded when they are first called for.
 *
 * Loading is what a start is made of; the table of media types alone takes 5 ms. `require`, because
 * those who call cannot wait; written out with each name, because bundlers follow only names that
 * they can read.
 */
export const onDemand = {
  get accepts(): typeof import('accepts') {
    return require('accepts') as typeof import('accepts')
  },
  get contentDisposition(): typeof import('content-disposition') {
    return require('content-disposition') as typeof import('content-disposition')
  },
  get contentType(): typeof import('content-type') {
    return require('content-type') as typeof import('content-type')
  },
  get http2(): typeof import('node:http2') {
    return require('node:http2') as typeof import('node:http2')
  },
  get mimeTypes(): typeof import('mime-types') {
    return require('mime-types') as typeof import('mime-types')
  },
  get proxyAddr(): typeof import('proxy-addr') {
    return require('proxy-addr') as typeof import('proxy-addr')
  },
  get qs(): typeof import('neoqs/legacy') {
    return require('neoqs/legacy') as typeof import('neoqs/legacy')
  },
  get typeIs(): typeof import('type-is') {
    return require('type-is') as typeof import('type-is')
  },
  get ws(): typeof import('ws') {
    return require('ws') as typeof import('ws')
  },
  get views(): typeof import('@tokkyu/views') {
    return require('@tokkyu/views') as typeof import('@tokkyu/views')
  },
}
