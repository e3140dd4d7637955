import type { ServerResponse } from 'node:http'

import { type Head, sentHead } from './head.ts'

/** An answer of a handler, whole; or why there is none. */
export type Captured =
  | { readonly head: Head; readonly body: Buffer }
  /** It may not be kept, or is too large; known as soon as its head has left. */
  | 'unwanted'
  /** It is the handler's error, and something else went out in its place. */
  | 'replaced'
  /** It broke off. */
  | 'broken'

export interface CaptureOptions {
  /** How many bytes of a body are collected. */
  readonly maxBytes: number
  /** Asked when the head has left: whether the rest is worth collecting. */
  readonly wants: (head: Head) => boolean
  /** Answers in the handler's place when that is about to answer 5xx; nothing where it cannot. */
  readonly insteadOfError: (() => void) | undefined
}

type Calls = Record<
  'write' | 'end' | 'writeHead' | 'flushHeaders',
  (this: ServerResponse, ...args: unknown[]) => unknown
>

/**
 * Collects what a handler answers, while it goes to the client as it would without.
 *
 * The head is judged when it has left, as it has left: cookies and directives may be added by other
 * middleware until then.
 */
export function capture(res: ServerResponse, options: CaptureOptions): Promise<Captured> {
  const { write, end, writeHead, flushHeaders } = res as unknown as Calls
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    let head: Head | undefined
    let state: 'open' | 'ended' | 'given up' | 'replaced' = 'open'

    const giveUp = (reason: 'unwanted' | 'broken'): void => {
      if (state === 'open' || state === 'ended') state = 'given up'
      chunks.length = 0
      resolve(reason)
    }
    const collect = (chunk: unknown, encoding: unknown): void => {
      // Over HTTP/2, `end` hands what it is given on to `write`.
      if (state !== 'open' || chunk === null || chunk === undefined || typeof chunk === 'function')
        return
      const copy =
        typeof chunk === 'string'
          ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
          : Buffer.from(chunk as Uint8Array)
      bytes += copy.length
      if (bytes > options.maxBytes) giveUp('unwanted')
      else chunks.push(copy)
    }
    const look = (): void => {
      if (state !== 'open' && state !== 'ended') return
      if (!head) {
        head = sentHead(res)
        if (head && !options.wants(head)) return giveUp('unwanted')
      }
      if (head && state === 'ended') resolve({ head, body: joined(chunks, bytes) })
    }
    /** Whether the handler's answer is an error in whose place another one has gone out. */
    const isReplaced = (status: number): boolean => {
      if (state === 'replaced') return true
      if (state !== 'open' || head || status < 500 || !options.insteadOfError) return false
      Object.assign(res, { write, end, writeHead, flushHeaders })
      for (const name of res.getHeaderNames()) res.removeHeader(name)
      options.insteadOfError()
      state = 'replaced'
      Object.assign(res, calls)
      resolve('replaced')
      return true
    }
    const calls: Calls = {
      writeHead(...args) {
        if (isReplaced(Number(args[0]))) return res
        const result = writeHead.apply(res, args)
        look()
        return result
      },
      flushHeaders() {
        if (isReplaced(res.statusCode)) return undefined
        const result = flushHeaders.call(res)
        look()
        return result
      },
      write(...args) {
        if (isReplaced(res.statusCode)) return swallow(args, true)
        collect(args[0], args[1])
        const result = write.apply(res, args)
        look()
        return result
      },
      end(...args) {
        if (isReplaced(res.statusCode)) return swallow(args, res)
        collect(args[0], args[1])
        if (state === 'open') state = 'ended'
        const result = end.apply(res, args)
        look()
        return result
      },
    }
    Object.assign(res, calls)
    // The head may be held back until a session is saved, and leave after `end` was called.
    res.once('finish', look)
    res.once('close', () => giveUp('broken'))
  })
}

/**
 * The whole in memory of its own: a small buffer from node's pool would keep the 8 KiB alive that it shares with
 * others, and nobody would have counted them.
 */
function joined(chunks: readonly Buffer[], bytes: number): Buffer {
  const whole = Buffer.allocUnsafeSlow(bytes)
  let at = 0
  for (const chunk of chunks) at += chunk.copy(whole, at)
  return whole
}

/** Who wrote is told that it went well. */
function swallow<Result>(args: readonly unknown[], result: Result): Result {
  const callback = args.find((each) => typeof each === 'function')
  if (callback) process.nextTick(callback)
  return result
}
