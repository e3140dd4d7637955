import fs, {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { FileStore, SessionFileError } from '@tokkyu/session'
import type { StoredSession } from '@tokkyu/session'

const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-file-'))
const open: FileStore[] = []
let files = 0

afterEach(async () => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  await Promise.all(open.splice(0).map((store) => store.close()))
})
afterAll(() => rmSync(folder, { recursive: true }))

const newPath = (): string => path.join(folder, 'new', `${files++}.log`)

function openStore(file: string, options: object = {}): FileStore {
  const store = new FileStore({ path: file, ...options })
  open.push(store)
  return store
}

function session(data: object, ms = 60_000): StoredSession {
  return { ...data, cookie: { originalMaxAge: ms, expires: new Date(Date.now() + ms), path: '/' } }
}

const dataOf = (store: FileStore, id: string): unknown => {
  const found = store.sessions[id]
  if (!found) return undefined
  const { cookie: _, ...data } = found
  return data
}

describe('a FileStore', () => {
  it('has everything again after it was closed and opened', async () => {
    const file = newPath()
    const store = openStore(file)
    await store.set('a', session({ n: 1, text: 'é\n' }))
    await store.set('b', session({ n: 2 }))
    await store.set('a', session({ n: 3 }))
    await store.destroy('b')
    await store.close()
    const again = openStore(file)
    expect(dataOf(again, 'a')).toEqual({ n: 3 })
    expect(dataOf(again, 'b')).toBeUndefined()
    expect(again.recovery).toBeUndefined()
  })

  it('goes on with versions where it was, so that none is given twice', async () => {
    const file = newPath()
    const store = openStore(file)
    const before = (await store.set('a', session({}))) as number
    await store.close()
    const after = (await openStore(file).set('b', session({}))) as number
    expect(after).toBeGreaterThan(before)
  })

  it('has the moved expiry of a touched session again', async () => {
    const file = newPath()
    const store = openStore(file)
    await store.set('a', session({ n: 1 }, 5_000))
    await store.touch('a', session({}, 60_000))
    await store.close()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 })
    expect(dataOf(openStore(file), 'a')).toEqual({ n: 1 })
  })

  it('does not write a touch that moves the expiry by little', async () => {
    const file = newPath()
    const store = openStore(file)
    await store.set('a', session({}, 3_600_000))
    const { size } = statSync(file)
    for (let n = 0; n < 50; n++) await store.touch('a', session({}, 3_600_000 + n))
    expect(statSync(file).size).toBe(size)
  })

  it('forgets all when cleared, also after opening it again', async () => {
    const file = newPath()
    const store = openStore(file)
    await store.clear()
    await store.set('a', session({}))
    await new Promise<void>((resolve) => store.clear(() => resolve()))
    expect(store.sessions).toEqual({})
    await store.close()
    await store.close() // twice is once
    expect(openStore(file).sessions).toEqual({})
  })

  it('goes on after a callback that throws, whose error stays an uncaught exception', async () => {
    const store = openStore(newPath())
    const uncaught: unknown[] = []
    const others = process.listeners('uncaughtException')
    process
      .removeAllListeners('uncaughtException')
      .on('uncaughtException', (error) => uncaught.push(error))
    onTestFinished(() => {
      process.removeAllListeners('uncaughtException')
      for (const other of others) process.on('uncaughtException', other)
    })
    store.set('a', session({ n: 1 }), () => {
      throw new Error('in a callback')
    })
    await store.set('b', session({ n: 2 }))
    await store.set('c', session({ n: 3 }))
    await vi.waitFor(() => expect(uncaught).toEqual([new Error('in a callback')]))
    expect(Object.keys(store.sessions)).toEqual(['a', 'b', 'c'])
  })

  it('is readable by its owner only', async () => {
    const file = newPath()
    await openStore(file).set('a', session({}))
    expect(statSync(file).mode & 0o077).toBe(0)
  })

  it('shares one write among all that wait, and acknowledges each', async () => {
    const store = openStore(newPath())
    const write = vi.spyOn(fs, 'write')
    const versions = await Promise.all(
      Array.from({ length: 1000 }, (_, n) => store.set(`id${n}`, session({ n }))),
    )
    expect(new Set(versions).size).toBe(1000)
    expect(write.mock.calls.length).toBeGreaterThan(0)
    expect(write.mock.calls.length).toBeLessThan(10)
  })
})

describe('the log of a FileStore', () => {
  it(
    'cut off at any byte loses no whole record and invents none',
    { timeout: 30_000 },
    async () => {
      const file = newPath()
      const store = openStore(file)
      const ends: number[] = []
      for (let n = 0; n < 40; n++) {
        await store.set(`id${n}`, session({ n, text: 'é'.repeat(n) }))
        ends.push(statSync(file).size)
      }
      await store.close()
      const whole = readFileSync(file)
      for (let cut = 0; cut < whole.length; cut += 1 + Math.floor(Math.random() * 60)) {
        writeFileSync(file, whole.subarray(0, cut))
        const cutStore = new FileStore({ path: file })
        const found = Object.keys(cutStore.sessions).length
        expect(found, `cut at ${cut}`).toBe(ends.filter((end) => end <= cut).length)
        await cutStore.set('after', session({ ok: true }))
        await cutStore.close()
        const again = new FileStore({ path: file })
        expect(Object.keys(again.sessions)).toHaveLength(found + 1)
        expect(again.recovery).toBeUndefined()
        await again.close()
      }
    },
  )

  it('with one changed bit delivers nothing from there on, and keeps the file as it was', async () => {
    const file = newPath()
    const store = openStore(file)
    for (let n = 0; n < 10; n++) await store.set(`id${n}`, session({ n }))
    await store.close()
    const bytes = readFileSync(file)
    const target = bytes.indexOf('"n":5')
    bytes[target + 4] = (bytes[target + 4] as number) ^ 1 // 5 becomes 4
    writeFileSync(file, bytes)
    const damaged = openStore(file)
    expect(Object.keys(damaged.sessions)).toEqual(['id0', 'id1', 'id2', 'id3', 'id4'])
    expect(damaged.recovery?.lostBytes).toBeGreaterThan(0)
    expect(readFileSync(damaged.recovery?.keptAs as string)).toEqual(bytes)
  })

  it('is not written over another file by mistake', () => {
    const file = newPath()
    openStore(newPath()) // makes the folder
    writeFileSync(file, 'the family accounts\n')
    expect(() => new FileStore({ path: file })).toThrow(
      expect.objectContaining({ code: 'SESSION_FILE_FOREIGN', path: file }),
    )
    expect(readFileSync(file, 'utf8')).toBe('the family accounts\n')
  })

  it('is rewritten without what is out of date, while writing goes on', async () => {
    const file = newPath()
    const store = openStore(file)
    for (let n = 0; n < 300; n++) await store.set('same', session({ n, text: 'x'.repeat(1000) }))
    await store.set('gone', session({}))
    await store.destroy('gone')
    const before = statSync(file).size
    await Promise.all([
      store.compact(),
      ...Array.from({ length: 50 }, (_, n) => store.set(`new${n}`, session({ n }))),
    ])
    await store.set('last', session({}))
    expect(statSync(file).size).toBeLessThan(before / 10)
    expect(readdirSync(`${file}.owner`)).toEqual(['1'])
    await store.close()
    const again = openStore(file)
    expect(Object.keys(again.sessions)).toHaveLength(52)
    expect(dataOf(again, 'same')).toMatchObject({ n: 299 })
    expect(dataOf(again, 'gone')).toBeUndefined()
  })

  it('is rewritten by itself, also when its sessions have expired', async () => {
    const file = newPath()
    const store = openStore(file)
    const text = 'x'.repeat(10_000)
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        Array.from({ length: 50 }, (_, n) => store.set(`${round}-${n}`, session({ text }, 1))),
      )
    }
    await vi.waitFor(() => expect(statSync(file).size).toBeLessThan(5_000_000))
  })

  it('is rewritten in slices when there is much to keep', async () => {
    const file = newPath()
    const store = openStore(file)
    const text = 'x'.repeat(100_000)
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => store.set(`id${n}`, session({ n, text }))),
    )
    await store.compact()
    await store.close()
    expect(Object.values(openStore(file).sessions).map(({ n }) => n)).toHaveLength(30)
  })

  it('that was left half rewritten is the old one', async () => {
    const file = newPath()
    const store = openStore(file)
    await store.set('a', session({ n: 1 }))
    await store.close()
    writeFileSync(`${file}.owner/1.new`, 'tokkyu session log 1\n') // killed before the rename
    expect(dataOf(openStore(file), 'a')).toEqual({ n: 1 })
    expect(readdirSync(`${file}.owner`)).toEqual(['2'])
  })
})

describe('a FileStore that cannot write', () => {
  it('answers 503 and takes the change back, in memory and in the file', async () => {
    const file = newPath()
    const store = openStore(file)
    await store.set('a', session({ n: 1 }))
    const write = vi.spyOn(fs, 'write').mockImplementation(((
      fd: number,
      bytes: Buffer,
      ...rest: unknown[]
    ) => {
      // Half of it is written before the disk is full.
      fs.writeSync(fd, bytes, 0, bytes.length >> 1, rest[2] as number)
      ;(rest[3] as (error: Error) => void)(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
    }) as never)
    const results = await Promise.allSettled([
      store.set('a', session({ n: 2 })),
      store.set('b', session({ n: 3 })),
    ])
    for (const result of results) {
      expect(result).toMatchObject({
        status: 'rejected',
        reason: { code: 'SESSION_STORE_UNAVAILABLE', status: 503, cause: { code: 'ENOSPC' } },
      })
    }
    expect(dataOf(store, 'a')).toEqual({ n: 1 })
    expect(dataOf(store, 'b')).toBeUndefined()
    write.mockRestore()
    await store.set('c', session({ n: 4 }))
    await store.close()
    const again = openStore(file)
    expect(again.recovery).toBeUndefined()
    expect(Object.keys(again.sessions).toSorted()).toEqual(['a', 'c'])
    expect(dataOf(again, 'a')).toEqual({ n: 1 })
  })

  it('takes the change back also when the log is being rewritten meanwhile', async () => {
    const file = newPath()
    const store = openStore(file)
    await store.set('a', session({ n: 1 }))
    await store.set('b', session({ n: 1 }))
    const real = fs.write as (...args: unknown[]) => void
    vi.spyOn(fs, 'write').mockImplementation((...args: unknown[]) => {
      if (!String(args[1]).includes('"n":2')) return real(...args)
      return void setTimeout(args[5] as (error: Error) => void, 20, new Error('disk'))
    })
    const writes = [store.set('a', session({ n: 2 })), store.destroy('b') as Promise<void>]
    const results = await Promise.allSettled([...writes, store.compact()])
    expect(results.slice(0, 2).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await store.compact()
    await store.close()
    const again = openStore(file)
    expect([dataOf(again, 'a'), dataOf(again, 'b')]).toEqual([{ n: 1 }, { n: 1 }])
  })

  it('refuses writes after it was closed', async () => {
    const store = openStore(newPath())
    await store.close()
    await expect(store.set('a', session({}))).rejects.toMatchObject({
      code: 'SESSION_STORE_UNAVAILABLE',
    })
  })
})

describe('the file of a FileStore', () => {
  it('serves one store at a time', async () => {
    const file = newPath()
    const store = openStore(file)
    expect(() => new FileStore({ path: file })).toThrow(SessionFileError)
    expect(() => new FileStore({ path: file })).toThrow(
      expect.objectContaining({ code: 'SESSION_FILE_LOCKED' }),
    )
    await store.close()
    openStore(file)
  })

  it.each([{ path: '' }, { path: undefined }, { path: 'x', fsync: 0 }, { path: 'x', max: 0 }])(
    'is refused at once for %j',
    (options) => {
      expect(() => new FileStore(options as never)).toThrow(
        expect.objectContaining({ code: 'SESSION_BAD_OPTION' }),
      )
    },
  )
})
