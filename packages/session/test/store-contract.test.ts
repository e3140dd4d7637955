import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { RedisStore } from 'connect-redis'
import expressSession from 'express-session'
import createMemoryStore from 'memorystore'
import { afterAll, describe, expect, it } from 'vitest'
import session, { CookieStore, FileStore, MemoryStore } from '@tokkyu/session'
import type { SessionStore } from '@tokkyu/session'
import { storeContract } from '@tokkyu/session/testing'
import type { StoreContractOptions } from '@tokkyu/session/testing'
import { FakeRedis } from './fake-redis.ts'
import { SHAPES } from './foreign-shapes.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'tokkyu-contract-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
const newPath = (): string => path.join(folder, `${files++}.log`)
const close = (store: SessionStore) => (store as FileStore).close()
const secret = 'a secret of at least thirty-two bytes'

describe.concurrent('stores', () => {
  prove('MemoryStore', () => new MemoryStore())
  prove('FileStore', () => new FileStore({ path: newPath() }), { dispose: close })
  prove(
    'FileStore that waits for the disk',
    () => new FileStore({ path: newPath(), fsync: 'always' }),
    {
      dispose: close,
    },
  )
  prove('CookieStore', () => new CookieStore({ secret }))

  // Stores of the ecosystem, made for express-session.
  const EcosystemStore = createMemoryStore(session)
  prove('memorystore', () => new EcosystemStore({}) as never, { versions: false })
  prove('connect-redis', () => new RedisStore({ client: new FakeRedis() }) as never, {
    versions: false,
  })
  prove('the MemoryStore of express-session', () => new expressSession.MemoryStore() as never, {
    versions: false,
  })
  for (const [shape, create] of SHAPES) prove(`a store ${shape}`, create, { versions: false })
})

function prove(name: string, create: () => SessionStore, options?: StoreContractOptions): void {
  // oxlint-disable-next-line vitest/valid-title -- it is the name of a store
  describe(name, () => {
    for (const { name: sentence, run } of storeContract(create, options)) {
      // oxlint-disable-next-line vitest/valid-title -- the contract brings its sentences
      it(sentence, async () => {
        await expect(run()).resolves.toBeUndefined()
      })
    }
  })
}

describe.concurrent('the contract', () => {
  it('finds a store that ignores versions', async () => {
    class Careless extends MemoryStore {
      override set(...[id, data, callback]: Parameters<MemoryStore['set']>): unknown {
        return super.set(id, data, callback)
      }
    }
    expect(await failing(new Careless())).toContain(
      'refuses a version that is out of date, and changes nothing',
    )
  })

  it('finds a store with versions that does not say so, and names the property', async () => {
    class Silent extends MemoryStore {
      override readonly versions = false as true
    }
    const saying = storeContract(() => new Silent()).find(({ name }) => name.startsWith('says'))
    await expect(saying?.run()).rejects.toThrow('needs the property `versions: true`')
  })

  it('finds a store that says versions and is to be proved without', async () => {
    const cases = storeContract(() => new MemoryStore(), { versions: false })
    const saying = cases.find(({ name }) => name.startsWith('does not say'))
    await expect(saying?.run()).rejects.toThrow('has `versions: true`')
  })

  it('finds a store that forgets, and one that never expires', async () => {
    class Forgetful extends MemoryStore {
      override get(_id: string, ...rest: never[]): unknown {
        return super.get('other', ...rest)
      }
    }
    expect((await failing(new Forgetful())).length).toBeGreaterThan(8)
  })
})

async function failing(store: SessionStore): Promise<string[]> {
  const failed = await Promise.all(
    storeContract(() => store).map(({ name, run }) =>
      run().then(
        () => '',
        () => name,
      ),
    ),
  )
  return failed.filter((name) => name !== '')
}
