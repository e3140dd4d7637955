import { isIP } from 'node:net'

import type { RequestHandler } from '@tokkyu/core'

import { WrongHostError } from './errors.ts'

/**
 * Answers only by the names that this game has. Else a page of somebody whose name is made to lead to
 * this machine (DNS rebinding) would be of the same origin as the game, and play it in a player's name.
 *
 * Addresses and names of this machine itself are let in: nobody can make those lead elsewhere.
 *
 * @param names - in small letters.
 */
export function allowedHosts(names: readonly string[]): RequestHandler {
  return (req, _res, next) => {
    const host = req.hostname?.toLowerCase() ?? ''
    if (isOfThisMachine(host) || names.includes(host)) return next()
    throw new WrongHostError(host)
  }
}

function isOfThisMachine(host: string): boolean {
  const isAddress = isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0
  return isAddress || host === 'localhost' || host.endsWith('.localhost')
}
