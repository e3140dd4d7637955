import { createRequire } from 'node:module'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { static as ours } from '@tokkyu/core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { optionCases, staticCases, type StaticCase } from './cases.ts'
import { differences, LEFT_ON_ERRORS, refusedOptions } from './differences.ts'
import { ask, describeError, listen, type Answer } from './exchange.ts'
import { makeFolder, type Folder } from './folder.ts'

type Middleware = (
  req: IncomingMessage & { originalUrl?: string },
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void
type Factory = (root: string, options?: object) => Middleware

const peers = createRequire(import.meta.url)('serve-static') as Factory

let folder: Folder
let server: Server
let handler: RequestListener

beforeAll(async () => {
  folder = await makeFolder()
  // Files that have just changed are not kept in memory; these changed a while ago.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
  server = await listen((req, res) => handler(req, res))
})
afterAll(async () => {
  vi.useRealTimers()
  server.close()
  await folder.remove()
})

describe('static files are served as serve-static serves them', () => {
  it.each(staticCases.map((one) => [titleOf(one), one] as const))('%s', async (_title, one) => {
    const expected = withoutFileHeaders(await answerOf(peers, one))
    expect(await answerOf(ours, one)).toEqual(expected)
    expect(await answerOf(ours, one), 'the second time').toEqual(expected)
  })
})

describe('static files are served otherwise than by serve-static', () => {
  it.each(differences)('because $because', async ({ one, peers: theirs, ours: expected }) => {
    expect(await answerOf(peers, one)).toMatchObject(theirs)
    expect(await answerOf(ours, one)).toMatchObject(expected)
  })
})

describe('options are right or wrong', () => {
  it.each(optionCases)('where serve-static says so: static(%j, %j)', (root, options) => {
    expect(attempt(ours, root, options)).toBe(attempt(peers, root, options))
  })

  it.each(refusedOptions)('where serve-static takes them for 0: %j', (options, error) => {
    expect(attempt(peers, folder.root, options)).toBe('function')
    expect(attempt(ours, folder.root, options)).toBe(error)
  })
})

function attempt(factory: Factory, root: unknown, options: unknown): string {
  try {
    return typeof factory(root as string, options as object)
  } catch (error) {
    return String(error)
  }
}

/** Ours takes them back from a 412 or a 416. */
function withoutFileHeaders(answer: Answer): Answer {
  if (!/"status":41[26]/.test(answer.body)) return answer
  const kept = Object.entries(answer.headers).filter(([name]) => !LEFT_ON_ERRORS.includes(name))
  return { ...answer, headers: Object.fromEntries(kept) }
}

async function answerOf(factory: Factory, one: StaticCase): Promise<Answer> {
  const serve = factory(folder.root, one.options)
  handler = (req: IncomingMessage & { originalUrl?: string }, res) => {
    const { mount = '' } = one
    req.originalUrl = req.url ?? ''
    // What a router does with a mount path.
    if (mount !== '') req.url = `/${req.originalUrl.slice(mount.length).replace(/^\//, '')}`
    serve(req, res, (error) => {
      res.statusCode = 404
      res.end(error === undefined ? 'passed on' : describeError(error))
    })
  }
  return ask(server, one)
}

function titleOf({ method = 'GET', path, options, headers = {}, mount }: StaticCase): string {
  const set = JSON.stringify(options, (_key, value: unknown) =>
    typeof value === 'function' ? 'ƒ' : value,
  )
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [method, path, ...fields, set, ...(mount === undefined ? [] : [`at ${mount}`])].join(' ')
}
