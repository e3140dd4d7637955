import { Server } from 'node:net'

import type { Address, Identity, ListenFailure, ToApplication } from '../dev-messages.ts'
import { hear, tell } from './channel.ts'
import { identityOf } from './identity.ts'

/** The handle of a connection; opaque, as node's own are. */
interface ConnectionHandle {
  close(): void
}

/** What a listening server of node holds, and calls. */
interface ListenHandle {
  listen(): number
  close(done?: () => void): void
  ref(): void
  unref(): void
  hasRef(): boolean
  getsockname(out: object): number
  /** Set by the server; called with each connection. */
  onconnection?(error: number, connection: ConnectionHandle): void
}

type Answer = Extract<ToApplication, { type: 'listening' }>

/**
 * What `listen` comes to in every form: it makes the handle, or takes the one that is there. It is not
 * documented; should it vanish, the application listens by itself, and a restart closes its socket.
 */
const listen2 = '_listen2'
type Listen2 = (
  this: Server & { ['_handle']: ListenHandle | null },
  address: string | null,
  port: number | null,
  addressType: number | null,
  backlog: number,
  fd?: number,
  flags?: number,
) => void

const ipv6Only = 1

const handles = new Map<number, ListenHandle>()
const asked = new Map<number, (answer: Answer) => void>()
/** Which times a server of this process listens at an address. */
const taken = new Map<string, Set<number>>()
let lastAsk = 0

/** Has `listen` reach the command, which accepts for us; `begin` is told of each server. */
export function listenThroughCommand(begin: (server: Server, listener: number) => void): void {
  const prototype = Server.prototype as unknown as Record<typeof listen2, Listen2 | undefined>
  const original = prototype[listen2]
  if (original === undefined) return
  prototype[listen2] = function listen(address, port, addressType, backlog, fd, flags) {
    const wanted = addressOf(address, port, addressType, backlog, fd, flags)
    const secure = 'setSecureContext' in this
    const identity = secure ? identityOf(this) : undefined
    open(wanted, secure, identity, ({ listener, address: opened, failure }, release) => {
      if (listener === undefined) {
        this.emit('error', errorOf(failure))
        return
      }
      this['_handle'] = listenHandle(listener, opened ?? {}, release)
      handles.set(listener, this['_handle'])
      begin(this, listener)
      original.call(this, address, port, addressType, backlog, fd, flags)
    })
  }
  hear((message, handle) => {
    if (message.type === 'listening') asked.get(message.id)?.(message)
    else if (message.type === 'connection') take(message, handle as ConnectionHandle | undefined)
  })
}

function open(
  address: Address,
  secure: boolean,
  identity: Identity | undefined,
  done: (answer: Answer, release: () => void) => void,
): void {
  const key = JSON.stringify([address, secure])
  const indexes = taken.get(key) ?? new Set()
  taken.set(key, indexes)
  let index = 0
  while (indexes.has(index)) index++
  indexes.add(index)
  const release = (): void => {
    indexes.delete(index)
    if (handles.size === 0 && asked.size === 0) process.channel?.unref()
  }
  const id = ++lastAsk
  // Who listens, or is about to, lives on.
  process.channel?.ref()
  asked.set(id, (answer) => {
    asked.delete(id)
    if (answer.listener === undefined) release()
    done(answer, release)
  })
  tell({ type: 'listen', id, address, index, secure, ...(identity && { identity }) })
}

function listenHandle(listener: number, address: Address, release: () => void): ListenHandle {
  return {
    listen: () => 0,
    close: (done) => {
      handles.delete(listener)
      release()
      tell({ type: 'unlisten', listener })
      if (done) setImmediate(done)
    },
    ref: () => process.channel?.ref(),
    unref: () => process.channel?.unref(),
    hasRef: () => true,
    getsockname: (out) => {
      const family = address.host?.includes(':') ? 'IPv6' : 'IPv4'
      Object.assign(out, { address: address.host, port: address.port, family })
      return 0
    },
  }
}

function addressOf(
  address: string | null,
  port: number | null,
  addressType: number | null,
  backlog: number,
  fd: number | undefined,
  flags: number | undefined,
): Address {
  if (fd !== undefined && fd >= 0) return { fd }
  if (addressType === -1 || port === null || port === -1) return { path: address ?? '' }
  return {
    port,
    ...(address !== null && { host: address }),
    ...(Number(flags) & ipv6Only && { ipv6Only: true }),
    ...(backlog > 0 && { backlog }),
  }
}

/** What `listen` would have emitted here. */
function errorOf(failure: ListenFailure | undefined): Error {
  return Object.assign(new ListenError(failure?.code ?? 'EINVAL'), failure)
}

/** The error of `listen`, with all that node told of it to the process that listens for this one. */
class ListenError extends Error {
  override readonly name = 'ListenError'
  /** Node's, such as `EADDRINUSE`. */
  readonly code: string
  readonly status = 500
  readonly expose = false

  constructor(code: string) {
    super(`Cannot listen: ${code}`)
    this.code = code
  }
}

/** Gives a connection to its server as node does, so that its options and its count of them hold. */
function take(
  { id, listener }: Extract<ToApplication, { type: 'connection' }>,
  connection: ConnectionHandle | undefined,
): void {
  const handle = handles.get(listener)
  tell({ type: 'took', id, accepted: handle?.onconnection !== undefined })
  if (!connection) return // the client left on the way: there is no descriptor
  if (handle?.onconnection) handle.onconnection(0, connection)
  else connection.close()
}
