import cluster from 'node:cluster'
import type { Server, Socket } from 'node:net'

import { hear, tell } from '../wire/channel.ts'
import type { Address, ToWorker } from '../wire/messages.ts'

/** The handle of a connection; opaque, as node's own are. */
interface ConnectionHandle {
  close(): void
}

/** What a listening server of node holds, and calls. */
interface ListenHandle {
  listen(): number
  close(): void
  ref(): void
  unref(): void
  getsockname?(out: { address?: string; port?: number; family?: string }): number
  /** Set by the server; called with each connection. */
  onconnection?(error: number, connection: ConnectionHandle): void
}

/** What a server that listens in a worker asks for. `addressType` is a text for datagrams. */
interface ListenQuery {
  readonly address: string | null
  readonly port: number
  readonly addressType: number | string
  readonly fd?: number
  readonly flags?: number
  readonly backlog?: number
}

/**
 * What `listen` calls in a worker of node:cluster, to have its handle from the primary. It is not
 * documented; should it vanish, node's own sharing of sockets is what remains.
 */
const getServer = '_getServer'

interface ClusterInternals {
  [getServer]?(
    server: Server,
    query: ListenQuery,
    done: (error: number, handle?: ListenHandle) => void,
  ): void
}

const ipv6Only = 1
/** EINVAL, for an answer without a number. */
const unknownError = -22

const handles = new Map<number, ListenHandle & { readonly server: Server }>()
const asked = new Map<number, (answer: Extract<ToWorker, { type: 'listening' }>) => void>()
/** Which times a server of this process listens at an address: the first everywhere share one socket. */
const taken = new Map<string, Set<number>>()
let lastAsk = 0

/** Has `listen` reach the supervisor, which accepts for us; `begin` is told of each server. */
export function listenThroughSupervisor(begin: (server: Server) => void): void {
  const internals = cluster as ClusterInternals
  const original = internals[getServer]?.bind(cluster)
  if (!original) return
  internals[getServer] = (server, query, done) => {
    if (typeof query.addressType === 'string') original(server, query, done)
    else listen(server, query, begin, done)
  }
  hear((message, connection) => {
    if (message.type === 'listening') asked.get(message.id)?.(message)
    else if (message.type === 'connection') take(message, connection as ConnectionHandle)
  })
}

function listen(
  server: Server,
  query: ListenQuery,
  begin: (server: Server) => void,
  done: (error: number, handle?: ListenHandle) => void,
): void {
  begin(server)
  const address = addressOf(query)
  const key = JSON.stringify(address)
  const indexes = taken.get(key) ?? new Set()
  taken.set(key, indexes)
  let index = 0
  while (indexes.has(index)) index++
  indexes.add(index)
  const id = ++lastAsk
  asked.set(id, ({ listener, address: opened, error }) => {
    asked.delete(id)
    if (listener === undefined) {
      indexes.delete(index)
      done(error ?? unknownError)
      return
    }
    const handle = {
      server,
      listen: () => 0,
      close: () => {
        handles.delete(listener)
        indexes.delete(index)
        tell({ type: 'unlisten', listener })
      },
      ref: () => {},
      unref: () => {},
      ...(opened?.port !== undefined && {
        getsockname: (out: object) => {
          const family = opened.host?.includes(':') ? 'IPv6' : 'IPv4'
          Object.assign(out, { address: opened.host, port: opened.port, family })
          return 0
        },
      }),
    }
    handles.set(listener, handle)
    done(0, handle)
  })
  tell({ type: 'listen', id, address, index })
}

function addressOf({ address, port, addressType, fd, flags, backlog }: ListenQuery): Address {
  if (fd !== undefined && fd >= 0) return { fd }
  if (addressType === -1) return { path: address ?? '' }
  return {
    port,
    ...(address !== null && { host: address }),
    ...(Number(flags) & ipv6Only && { ipv6Only: true }),
    ...(backlog !== undefined && backlog > 0 && { backlog }),
  }
}

/** Gives a connection to its server as node does, so that its options and its count of them hold. */
function take(
  { id, listener, head }: Extract<ToWorker, { type: 'connection' }>,
  connection?: ConnectionHandle,
): void {
  const handle = handles.get(listener)
  tell({ type: 'took', id, accepted: handle !== undefined })
  if (!connection) return // the client left on the way: there is no descriptor
  if (!handle?.onconnection) {
    connection.close()
    return
  }
  let socket: Socket | undefined
  const note = (each: Socket): void => {
    socket = each
  }
  handle.server.prependOnceListener('connection', note)
  handle.onconnection(0, connection)
  handle.server.off('connection', note) // when it was full, and dropped the connection
  if (head) socket?.push(Buffer.from(head, 'base64'))
}
