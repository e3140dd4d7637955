import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'

import { limitUpgrades } from '../node-internals.ts'
import type { Application } from '../types/application.ts'
import { dispatchHandshake } from './handshake.ts'
import { requestAgain } from './request-again.ts'

type UpgradeListener = (req: IncomingMessage, socket: Socket, head: Buffer) => void

/** Listeners that this file has added, whichever app they are for. */
const ours = new WeakSet<UpgradeListener>()

/** Requests that one of several apps on a server has taken. */
const claimed = new WeakSet<IncomingMessage>()

/**
 * Has an app answer the WebSocket handshakes that come to a server.
 *
 * Others may listen too: a handshake for which the app has no route is left to them. Where nobody else
 * listens the app answers it, as it does any request, and what asks for another protocol is an ordinary
 * request (RFC 9110 §7.8: a server may ignore `Upgrade`).
 */
export function takeUpgrades(app: Application, server: Server): void {
  const listener: UpgradeListener = (req, socket, head) => {
    const listeners = server.listeners('upgrade') as UpgradeListener[]
    // The last of ours, where all are.
    const mayAnswerAll = listeners.at(-1) === listener && areOurs(listeners)
    if (claimed.has(req) || isTaken(socket)) return
    if (!isHandshake(req)) {
      if (mayAnswerAll) requestAgain(app, server, req, socket, head)
      return
    }
    if (!mayAnswerAll && !hasRoute(app, req.url)) return
    claimed.add(req)
    // Those who listen behind us get the request as it came, and may take it.
    process.nextTick(() => {
      if (!isTaken(socket)) dispatchHandshake(app, req, socket, head)
    })
  }
  ours.add(listener)
  server.on('upgrade', listener)
  // Newer lines of Node ask first; there, an ordinary request is one from the start.
  limitUpgrades(server, (req) => isHandshake(req) || !areUpgradesOurs(server))
}

/** Whether nobody but apps listens for upgrades. */
export function areUpgradesOurs(server: Server): boolean {
  return areOurs(server.listeners('upgrade') as UpgradeListener[])
}

function areOurs(listeners: readonly UpgradeListener[]): boolean {
  return listeners.every((each) => ours.has(each))
}

/** Node has taken its own listener for data away: another one is somebody's who is at work here. */
function isTaken(socket: Socket): boolean {
  return socket.destroyed || socket.listenerCount('data') > 0
}

/**
 * RFC 6455 §4.2.1: a GET that asks for `websocket`. What has a body is an ordinary request: it has to be read
 * by the one parser that knows where it ends, or a part of it is a frame to some and a request to others.
 */
function isHandshake({ method, headers }: IncomingMessage): boolean {
  const isAsked = method === 'GET' && headers.upgrade?.trim().toLowerCase() === 'websocket'
  const length = headers['content-length'] ?? '0'
  return isAsked && length === '0' && headers['transfer-encoding'] === undefined
}

/** Whether an app would answer a handshake for this target by a route. */
export function hasRoute(app: Application, url: string | undefined): boolean {
  try {
    return app.explain('WS', url ?? '').answer !== undefined
  } catch {
    return false // the target has no canonical form
  }
}
