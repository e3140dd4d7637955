import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, describe, expect, it } from 'vitest'

import { AvatarGallery } from '../src/server/avatar-gallery.ts'

const folder = await mkdtemp(path.join(tmpdir(), 'gallery-test-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the gallery of avatars', () => {
  it('finds what it holds by name, and nothing else', async () => {
    const gallery = new AvatarGallery(path.join(folder, 'find'))
    const name = await add(gallery, 'one')
    expect(gallery.find(name)).toEqual({
      path: path.join(folder, 'find', name),
      type: 'image/png',
    })
    expect(gallery.find(`../find/${name}`)).toBeUndefined()
    expect(gallery.find(undefined)).toBeUndefined()
  })

  it('finds again what an earlier process took in, and clears away what that left half done', async () => {
    const directory = path.join(folder, 'again')
    const name = await add(new AvatarGallery(directory), 'one')
    const HOUR_AGO = new Date(Date.now() - 3_600_000)
    await writeFile(path.join(directory, 'unfinished'), '')
    await utimes(path.join(directory, 'unfinished'), HOUR_AGO, HOUR_AGO)
    const gallery = new AvatarGallery(directory)
    expect(gallery.find(name)).toEqual({ path: path.join(directory, name), type: 'image/png' })
    expect(await readdir(directory)).toEqual([name])
  })

  it('leaves alone what another process is receiving, and finds what it has taken in', async () => {
    const directory = path.join(folder, 'both')
    const other = new AvatarGallery(directory)
    const upload = path.join(await other.directory(), 'an-upload')
    await writeFile(upload, 'half')
    const gallery = new AvatarGallery(directory)
    const name = await other.add({ path: upload, type: 'image/png' })
    expect(gallery.find(name)).toEqual({ path: path.join(directory, name), type: 'image/png' })
    await gallery.remove(name)
    expect(other.find(name)).toBeUndefined()
  })

  it('removes the file with the avatar, once', async () => {
    const gallery = new AvatarGallery(path.join(folder, 'remove'))
    const name = await add(gallery, 'one')
    await gallery.remove(name)
    await gallery.remove(name)
    expect(gallery.find(name)).toBeUndefined()
    expect(await readdir(path.join(folder, 'remove'))).toEqual([])
  })

  it('keeps two hundred: one more takes the place of the oldest', async () => {
    const gallery = new AvatarGallery(path.join(folder, 'many'))
    await Promise.all(Array.from({ length: 200 }, (_, number) => add(gallery, `old-${number}`)))
    expect(await readdir(path.join(folder, 'many'))).toHaveLength(200)
    const name = await add(gallery, 'new')
    expect(gallery.find(name)).toBeDefined()
    expect(await readdir(path.join(folder, 'many'))).toHaveLength(200)
  })

  it('makes a folder of its own when none is given', async () => {
    const gallery = new AvatarGallery()
    const directory = await gallery.directory()
    expect(existsSync(directory)).toBe(true)
    expect(await gallery.directory()).toBe(directory)
    await rm(directory, { recursive: true })
  })
})

async function add(gallery: AvatarGallery, name: string): Promise<string> {
  const file = path.join(await gallery.directory(), name)
  await writeFile(file, name)
  return gallery.add({ path: file, type: 'image/png' })
}
