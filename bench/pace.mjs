// A fixed rate: what is due is sent, whether or not what came before has been answered.
import { Agent, request } from 'node:http'
import { setTimeout as rest } from 'node:timers/promises'

import { quantile } from './statistics.mjs'

/**
 * Sends `rate` requests a second on at most so many `connections`.
 *
 * @returns how many `requests` were answered, the `seconds` that took, and `p50` and `p99` in µs: from a request's
 * turn, also where it waits for a connection, to the last byte of its answer.
 * @throws {Error} when one was not answered well.
 */
export async function pace({ subject, port }, prepared, { rate, seconds, connections }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const asked = { ...optionsOf(prepared), port, agent }
  const total = rate * seconds
  const answers = []
  const began = performance.now()
  while (answers.length < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - began) / 1000) * rate))
    while (answers.length < due) answers.push(timeOf(subject, asked, prepared.body))
    await rest(1)
  }
  const times = await Promise.all(answers)
  const took = (performance.now() - began) / 1000
  agent.destroy()
  const [p50, p99] = [0.5, 0.99].map((part) => Math.round(quantile(times, part) * 1000))
  return { requests: total, seconds: took, p50, p99 }
}

function optionsOf({ path, method = 'GET', headers = {}, body }) {
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  return { host: '127.0.0.1', path, method, headers: { ...headers, ...length } }
}

/** @returns in ms. */
function timeOf(subject, asked, body) {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const outgoing = request(asked, (answer) => {
      const { statusCode } = answer
      if (statusCode >= 400) reject(new Error(`${subject} answered ${statusCode} to ${asked.path}`))
      answer.resume().on('end', () => resolve(performance.now() - began))
      answer.on('error', reject)
    })
    outgoing.on('error', reject).end(body)
  })
}
