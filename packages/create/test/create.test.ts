import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'

import { afterAll, describe, expect, it } from 'vitest'

import { run } from '../src/index.ts'

const home = mkdtempSync(path.join(tmpdir(), 'create-tokkyu-'))
afterAll(() => rmSync(home, { recursive: true }))
let count = 0
const newFolder = () => path.join(home, `app-${++count}`)

/** Runs the command; with answers, as if somebody sat there and gave them. */
async function create(args: readonly string[], answers?: readonly string[]) {
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()]
  input.end((answers ?? []).map((answer) => `${answer}\n`).join(''))
  const code = await run(args, { input, output, errors, isInteractive: answers !== undefined })
  output.end()
  errors.end()
  return { code, told: await text(output), refused: await text(errors) }
}

const manifestIn = (folder: string) =>
  JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
const filesIn = (folder: string) => readdirSync(folder, { recursive: true }).map(String)

describe('npm create tokkyu', () => {
  it('takes everything as flags', async () => {
    const folder = newFolder()
    const args = [folder, '--name', '@shop/api', '--language', 'js', '--kind', 'api']
    expect(await create(args)).toMatchObject({ code: 0, refused: '' })
    expect(manifestIn(folder)).toMatchObject({ name: '@shop/api', type: 'module' })
    expect(filesIn(folder)).toEqual(expect.arrayContaining(['.gitignore', 'src/tasks.js']))
  })

  it('asks three things where somebody is there to answer', async () => {
    const folder = newFolder()
    const { code, told } = await create([folder], ['shop', 'js', 'realtime'])
    expect(code).toBe(0)
    expect(told).toMatch(/Name of the package\?[^]*Language\?[^]*What is it\?/)
    expect(manifestIn(folder).name).toBe('shop')
    expect(filesIn(folder)).toContain('src/chat.js')
  })

  it('asks again what it cannot use, and takes an empty answer for the usual', async () => {
    const folder = newFolder()
    const { told } = await create([folder], ['No Name', 'shop', 'cobol', '', ''])
    expect(told).toContain('Not "No Name": small letters')
    expect(told).toContain('Not "cobol": one of ts, js')
    expect(manifestIn(folder).name).toBe('shop')
    expect(filesIn(folder)).toEqual(expect.arrayContaining(['src/app.ts', 'src/pictures.ts']))
  })

  it('asks nothing with --yes, and nothing that flags have said', async () => {
    const folder = newFolder()
    expect((await create([folder, '--yes'], [])).told).not.toContain('?')
    expect(manifestIn(folder).name).toBe(path.basename(folder))
    const args = [newFolder(), '--name', 'shop', '--language', 'ts']
    expect((await create(args, ['api'])).told).not.toMatch(/Name|Language/)
  })

  it('asks nothing where nobody is there', async () => {
    expect((await create([newFolder()])).told).not.toContain('?')
  })

  it('writes nothing when the input ends before the answers', async () => {
    const folder = newFolder()
    expect(await create([folder], ['shop'])).toMatchObject({
      code: 1,
      refused: 'Cancelled: nothing was written.\n',
    })
    expect(filesIn(home)).not.toContain(path.basename(folder))
  })

  it('overwrites nothing', async () => {
    const folder = newFolder()
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'notes.txt'), 'mine')
    expect(await create([folder])).toMatchObject({
      code: 1,
      refused: `Cannot create an application in ${folder}: it is not empty. Name another folder.\n`,
    })
    expect(filesIn(folder)).toEqual(['notes.txt'])
    const file = path.join(folder, 'notes.txt')
    expect((await create([file])).refused).toContain('that is a file')
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })

  it('writes into a folder that holds a repository without a file', async () => {
    const folder = newFolder()
    mkdirSync(path.join(folder, '.git'), { recursive: true })
    expect((await create([folder])).code).toBe(0)
  })

  it.each([
    [['--kind', 'blog'], '--kind is one of site, api, realtime, not "blog".'],
    [['--kind', 'toString'], '--kind is one of site, api, realtime, not "toString".'],
    [['--language', 'coffee'], '--language is one of ts, js, not "coffee".'],
    [['--name', '../x'], 'Cannot name a package "../x"'],
    [['--name', 'x"'], String.raw`Cannot name a package "x\""`],
    [['--name', 'node_modules'], 'npm keeps it for itself'],
    [['--template'], "Unknown option '--template'"],
    [['a', 'b'], 'One folder, please, not 2: a, b'],
    [[''], 'The folder has no name.'],
  ])('does not understand %j', async (args, reason) => {
    const { code, refused } = await create(args)
    expect(code).toBe(2)
    expect(refused).toContain(reason)
  })

  it('says how it is used', async () => {
    const { code, told } = await create(['--help'])
    expect(code).toBe(0)
    expect(told).toMatch(/^Usage: npm create tokkyu/)
  })

  it.each(['--version', '-v'])('tells by %s which one it is', async (flag) => {
    const { version } = manifestIn(path.join(import.meta.dirname, '..'))
    expect(await create([flag])).toEqual({ code: 0, told: `${version}\n`, refused: '' })
  })

  it.each([
    ['My Shop', 'my-shop'],
    ['.hidden', 'hidden'],
    ['特急', 'tokkyu-app'],
    ['a"$(x)', 'a-x'],
  ])('names what lies in "%s" %s', async (name, expected) => {
    const folder = path.join(home, `named-${++count}`, name)
    expect((await create([folder])).code).toBe(0)
    expect(manifestIn(folder).name).toBe(expected)
  })
})

describe('a new application', () => {
  const kinds = ['site', 'api', 'realtime'] as const
  const languages = ['ts', 'js'] as const
  const all = kinds.flatMap((kind) => languages.map((language) => [kind, language] as const))

  it.each(all)(
    '%s in %s asks for what it imports, and for nothing else',
    async (kind, language) => {
      const folder = newFolder()
      await create([folder, '--kind', kind, '--language', language])
      const { dependencies, devDependencies, scripts } = manifestIn(folder)
      const sources = filesIn(folder).filter((file) => /\.[jt]s$/.test(file))
      const imported = (under: string) =>
        sources
          .filter((file) => file.startsWith(under) && !file.endsWith('.d.ts'))
          .flatMap((file) => [
            ...readFileSync(path.join(folder, file), 'utf8').matchAll(/from '([^.'][^']*)'/g),
          ])
          .map(([, name]) => name as string)
          .filter((name) => !name.startsWith('node:'))
      expect(new Set(imported('src/'))).toEqual(new Set(Object.keys(dependencies)))
      const known = Object.keys({ ...dependencies, ...devDependencies })
      expect(imported('test/').filter((name) => !known.includes(name))).toEqual([])
      expect(Object.values({ ...dependencies, ...devDependencies })).not.toContain(undefined)
      expect(Object.keys(scripts)).toEqual(
        expect.arrayContaining(['dev', 'start', 'test', 'typecheck', 'lint']),
      )
    },
  )

  it.each(all)('%s in %s has no placeholder left, and no secret', async (kind, language) => {
    const folder = newFolder()
    await create([folder, '--kind', kind, '--language', language, '--name', 'shop'])
    for (const file of filesIn(folder).filter((each) => path.extname(each) !== '')) {
      const content = readFileSync(path.join(folder, file), 'utf8')
      expect(content).not.toMatch(/\{\{|\}\}/)
      expect(content).not.toMatch(/secret: '/)
    }
  })
})
