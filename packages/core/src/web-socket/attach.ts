import type { Server } from 'node:http'

import { ArgumentError } from '../errors/argument-error.ts'
import type { Application } from '../types/application.ts'
import { speaksHttp2, takeConnects } from './connects.ts'
import { reopenSockets } from './open-sockets.ts'
import { takeUpgrades } from './upgrades.ts'
import { whenSocketsAreWanted } from './wanted.ts'

const attached = new WeakMap<Server, WeakSet<Application>>()

/**
 * Has an app answer the WebSocket handshakes of a server, once there are routes for them.
 *
 * @throws {TypeError} `ARGUMENT_INVALID` for what is no server.
 */
export function attach(app: Application, server: Server): void {
  if (typeof (server as Server | undefined)?.on !== 'function') {
    throw new ArgumentError('Cannot attach an app: a server of node:http or node:https is needed')
  }
  reopenSockets(app)
  const apps = attached.get(server) ?? new WeakSet()
  if (apps.has(app)) return
  attached.set(server, apps.add(app))
  whenSocketsAreWanted(server, () => {
    takeUpgrades(app, server)
    if (speaksHttp2(server)) takeConnects(app, server)
  })
}
