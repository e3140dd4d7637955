import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { FileStore } from '@tokkyu/session'
import type { StoredSession } from '@tokkyu/session'
import { isRunning, ownTag } from '../src/stores/file/process-tag.ts'
import {
  age,
  Contender,
  innerProcess,
  noNamespaces,
  sixProcesses,
  twoNamespaces,
} from './file-owner-rounds.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-owner-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
const newPath = (): string => path.join(folder, `${files++}.log`)

function openStore(file: string): FileStore {
  const store = new FileStore({ path: file })
  onTestFinished(() => store.close())
  return store
}

/** Leaves a file's folder as an owner with this entry would. */
function leave(file: string, entry: string, silentFor = 0): void {
  mkdirSync(`${file}.owner`, { recursive: true })
  writeFileSync(`${file}.owner/7`, entry)
  const then = Date.now() / 1000 - silentFor
  utimesSync(`${file}.owner/7`, then, then)
}

const cookie = { originalMaxAge: 60_000, expires: new Date(Date.now() + 60_000), path: '/' }
const session = (n: number): StoredSession => ({ n, cookie })
const locked = expect.objectContaining({ code: 'SESSION_FILE_LOCKED' }) as Error
const [place, pid, start] = ownTag().split('-')

describe('the tag of a process', () => {
  it('says that it runs', () => expect(isRunning(ownTag())).toBe(true))

  it('says that one does not run whose number was given again', () => {
    expect(isRunning(`${place}-${pid}-${Number(start) - 1}`)).toBe(false)
    expect(isRunning(`${place}-999999999-${start}`)).toBe(false)
  })

  it('says nothing of a process in another namespace, before a restart, or on another machine', () => {
    expect(isRunning(`0123456789abcdef-${pid}-${start}`)).toBeUndefined()
    expect(isRunning('')).toBeUndefined()
  })
})

describe('a session file', () => {
  it('is refused while a process has it that runs, however long it was silent', () => {
    const file = newPath()
    leave(file, `${place}-${pid}-${start} 0`, 3_600)
    expect(() => new FileStore({ path: file })).toThrow(locked)
    expect(() => new FileStore({ path: file })).toThrow(`process ${pid} has it open`)
  })

  it.each([
    ['has released it', 'released', 0],
    ['has ended', `${place}-999999999-1 5`, 0],
    ['had a number that was given again', `${place}-${pid}-1 5`, 0],
    ['was elsewhere and has been silent for long', '0123456789abcdef-1-1 5', 61],
    ['was killed before it could write its name', '', 61],
    ['left something else', 'garbage', 61],
  ])('is free at once when who had it %s', (_, entry, silentFor) => {
    const file = newPath()
    leave(file, entry, silentFor)
    openStore(file)
    expect(readdirSync(`${file}.owner`)).toEqual(['8'])
  })

  it('has one owner by whatever name it is opened', async () => {
    const file = newPath()
    const link = newPath()
    symlinkSync(file, link)
    const store = openStore(link)
    expect(() => new FileStore({ path: file })).toThrow(locked)
    await store.set('a', session(1))
    await store.compact()
    await store.close()
    expect(Object.keys(openStore(file).sessions)).toEqual(['a'])
  })

  it('is free again after it could not be opened', () => {
    const file = newPath()
    writeFileSync(file, 'the family accounts\n')
    const foreign = expect.objectContaining({ code: 'SESSION_FILE_FOREIGN' }) as Error
    expect(() => new FileStore({ path: file })).toThrow(foreign)
    expect(() => new FileStore({ path: file })).toThrow(foreign)
  })
})

/** As if it stood still in another container until somebody took it to be gone. */
function takeOver(file: string): void {
  rmSync(`${file}.owner/1`)
  writeFileSync(`${file}.owner/2`, 'released')
}

describe('a FileStore whose file was taken over', () => {
  const lost = {
    code: 'SESSION_STORE_UNAVAILABLE',
    status: 503,
    cause: { code: 'SESSION_FILE_LOST' },
  }

  it('acknowledges nothing more, and reads nothing more', async () => {
    const file = newPath()
    const store = openStore(file)
    await store.set('a', session(1))
    takeOver(file)
    await expect(store.set('b', session(2))).rejects.toMatchObject(lost)
    const asked = [store.touch('a', session(1)), store.destroy('a'), store.get('a')]
    for (const answer of asked) {
      await expect(answer as Promise<unknown>).rejects.toMatchObject(lost)
    }
  })

  it('cannot put another file in the place of the new one', async () => {
    const file = newPath()
    const store = openStore(file)
    for (let n = 0; n < 10; n++) await store.set(`id${n}`, session(n))
    const compaction = store.compact()
    takeOver(file)
    rmSync(`${file}.owner/1.new`, { force: true })
    await expect(compaction).rejects.toThrow(/ENOENT|taken/)
    await expect(store.compact()).rejects.toMatchObject({ code: 'SESSION_FILE_LOST' })
    expect(readdirSync(`${file}.owner`)).toEqual(['2'])
  })

  it('leaves the file to the new owner when it is closed', async () => {
    const file = newPath()
    const store = new FileStore({ path: file })
    await store.set('a', session(1))
    takeOver(file)
    await expect(store.set('b', session(2))).rejects.toMatchObject({ status: 503 })
    await store.close()
    expect(readdirSync(`${file}.owner`)).toEqual(['2'])
  })
})

describe('a session file that many processes ask for at once', () => {
  it('has one owner at a time, and loses nothing', { timeout: 120_000 }, async () => {
    expect(await sixProcesses(newPath(), 8)).toEqual([])
  })
})

const forbidden = noNamespaces()
if (forbidden) console.warn(`NOT TESTED, no PID namespaces here: ${forbidden}`)

describe.skipIf(forbidden)('a session file that several containers share', () => {
  it('has one owner at a time, and loses nothing', { timeout: 120_000 }, async () => {
    expect(await twoNamespaces(newPath(), 2, () => true)).toEqual([])
  })

  it(
    'is lost to an owner that stood still, with nothing that it had acknowledged',
    { timeout: 120_000 },
    async () => {
      const file = newPath()
      const sleeper = new Contender(file, { isolated: true })
      onTestFinished(() => void sleeper.child.kill('SIGKILL'))
      await sleeper.says()
      sleeper.open('sleeper')
      expect(await sleeper.says()).toBe('owns')
      await sleeper.hasStored(10)
      process.kill(innerProcess(sleeper), 'SIGSTOP')
      age(file)
      const store = openStore(file)
      await store.set('new owner', session(1))
      process.kill(innerProcess(sleeper), 'SIGCONT')
      expect(await sleeper.says()).toBe('stopped SESSION_STORE_UNAVAILABLE SESSION_FILE_LOST')
      await store.set('after', session(2))
      await store.close()
      const again = openStore(file)
      expect(again.recovery).toBeUndefined()
      expect(Object.keys(again.sessions)).toEqual(
        expect.arrayContaining([...sleeper.acknowledged, 'new owner', 'after']),
      )
    },
  )
})
