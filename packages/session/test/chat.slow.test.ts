import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { mayTestRedis, RedisServer } from './servers.ts'

// The client that core speaks with; nothing of the session needs it.
const { WebSocket } = createRequire(new URL('../../core/package.json', import.meta.url))('ws') as {
  WebSocket: new (url: string) => EventEmitter & { send(text: string): void; close(): void }
}

const program = fileURLToPath(new URL('chat-process.fixture.mjs', import.meta.url))

/** One process of the chat. */
class Member {
  readonly process: ChildProcess
  readonly #port: Promise<string>

  constructor(address: string) {
    const child = spawn(process.execPath, [program, address], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production' },
    })
    this.process = child
    this.#port = once(createInterface(child.stdout), 'line').then(([line]) => String(line))
    onTestFinished(() => void child.kill('SIGKILL'))
  }

  async join(name: string): Promise<Person> {
    const person = new Person(`ws://127.0.0.1:${await this.#port}/rooms/lobby/${name}`)
    await person.hears(`${name} is here`)
    return person
  }
}

/** Somebody in the room, and all that has been heard. */
class Person {
  readonly heard: string[] = []
  readonly #socket: InstanceType<typeof WebSocket>
  readonly closed: Promise<unknown>

  constructor(url: string) {
    this.#socket = new WebSocket(url)
    this.#socket.on('error', () => {})
    this.#socket.on('message', (data: Buffer) => void this.heard.push(data.toString()))
    this.closed = once(this.#socket, 'close').then(([code]) => code as unknown)
  }

  say(text: string): void {
    this.#socket.send(text)
  }

  leave(): void {
    this.#socket.close()
  }

  async hears(text: string): Promise<void> {
    while (!this.heard.includes(text)) {
      // oxlint-disable-next-line no-await-in-loop -- it is the waiting
      await Promise.race([
        once(this.#socket, 'message'),
        this.closed.then(() => Promise.reject(new Error(`closed before hearing "${text}"`))),
      ])
    }
  }
}

const allHear = (people: Person[], text: string): Promise<unknown> =>
  Promise.all(people.map((person) => person.hears(text)))

describe.skipIf(!mayTestRedis)('a chat of two processes with one Redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await new RedisServer().start()
  })
  afterAll(() => server?.stop())

  it('is one room: who comes, speaks and leaves is heard in both, once and in order', async () => {
    const [first, second] = [new Member(server.socket), new Member(server.socket)]
    const ada = await first.join('ada')
    const bob = await second.join('bob')
    const cleo = await second.join('cleo')
    await allHear([ada, bob], 'cleo is here')
    for (const text of ['one', 'two', 'three']) ada.say(text)
    cleo.say('hello')
    await allHear([ada, bob, cleo], 'ada: three')
    await allHear([ada, bob, cleo], 'cleo: hello')
    bob.leave()
    await allHear([ada, cleo], 'bob has left')
    for (const { heard } of [ada, bob, cleo])
      expect(heard.filter((text) => text.startsWith('ada: '))).toEqual([
        'ada: one',
        'ada: two',
        'ada: three',
      ])
    expect(ada.heard.filter((text) => text === 'cleo: hello')).toHaveLength(1)
  })

  it('goes on when a process is killed, and with the one that comes in its place', async () => {
    const [first, second] = [new Member(server.socket), new Member(server.socket)]
    const ada = await first.join('ada')
    const cleo = await second.join('cleo')
    await ada.hears('cleo is here')
    second.process.kill('SIGKILL')
    expect(await cleo.closed).toBe(1006)
    ada.say('still here')
    await ada.hears('ada: still here')
    const third = new Member(server.socket)
    const again = await third.join('cleo')
    ada.say('welcome')
    await allHear([ada, again], 'ada: welcome')
    again.say('thanks')
    await ada.hears('cleo: thanks')
    expect(ada.heard).not.toContain('cleo has left') // nobody was left to say so
  })

  it('goes on inside each process while the Redis is away, and between them when it is back', async () => {
    const redis = await new RedisServer().start()
    onTestFinished(() => redis.stop())
    const [first, second] = [new Member(redis.socket), new Member(redis.socket)]
    const ada = await first.join('ada')
    const bob = await second.join('bob')
    await ada.hears('bob is here')
    await redis.kill()
    ada.say('anybody?')
    await ada.hears('ada: anybody?')
    await redis.start()
    for (let n = 0; !ada.heard.some((text) => text.startsWith('bob: ')); n++) {
      bob.say(`back ${n}`)
      // oxlint-disable-next-line no-await-in-loop -- until both have found it
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(ada.heard).not.toContain('bob has left')
  })
})
