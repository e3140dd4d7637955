// Every code block of the docs is a program that is type-checked and run, or says what else it is.
// How a page says so stands in examples/pages.mjs. `node tools/check-examples.mjs [page…]` looks at some only.
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'

import { transform } from 'esbuild'

import { readPage, textOf } from './examples/pages.mjs'
import { programsOf, withClaims } from './examples/programs.mjs'
import { run } from './examples/run.mjs'
import { root } from './sources.mjs'

const asked = process.argv.slice(2)
const faults = []
const folder = mkdtempSync(path.join(tmpdir(), 'examples-'))
try {
  linkModules()
  const programs = pages().flatMap(write)
  checkTypes(programs)
  const toRun = programs.filter(({ kind }) => kind === 'program' || kind === 'continues')
  await inTurns(toRun, runOne)
  for (const each of faults) console.error(each)
  if (faults.length > 0) process.exitCode = 1
  else console.log(`${programs.length} examples, ${toRun.length} of them run`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function pages() {
  const readmes = ['packages', 'examples', 'examples/small-cases', 'apps'].flatMap((group) =>
    readdirSync(path.join(root, group)).map((name) => `${group}/${name}/README.md`),
  )
  const docs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('api/'))
    .map((name) => `docs/${name}`)
  return ['README.md', ...readmes, ...docs.toSorted()].filter(
    (page) => existsSync(path.join(root, page)) && (asked.length === 0 || asked.includes(page)),
  )
}

/** The programs of a page, written to a folder of their own. */
function write(name) {
  try {
    const page = readPage(path.join(root, name))
    const programs = programsOf(page)
    if (programs.length === 0) return []
    const home = path.join(folder, name.replaceAll(/[/.]/g, '-'))
    mkdirSync(home)
    for (const [file, text] of page.files) {
      mkdirSync(path.dirname(path.join(home, file)), { recursive: true })
      writeFileSync(path.join(home, file), text)
    }
    return programs.map((program) => {
      const isTyped = program.language === 'ts' && program.kind !== 'browser'
      const file = path.join(home, `line-${program.line}.${isTyped ? 'mts' : 'mjs'}`)
      const text = `${textOf(program.lines)}\nexport {}\n`
      writeFileSync(file, text)
      return { ...program, page: name, file, text, isTyped }
    })
  } catch (error) {
    faults.push(`${name}: ${error.message}`)
    return []
  }
}

function checkTypes(programs) {
  const typed = programs.filter(({ isTyped }) => isTyped)
  if (typed.length === 0) return
  const config = {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2023'],
      module: 'nodenext',
      types: ['node'],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
    },
    files: typed.map(({ file }) => file),
  }
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
    cwd: folder,
  })
  for (const line of stdout.split('\n').filter(Boolean)) {
    const parts = /^(.+?)\((\d+),\d+\): error (.*)$/.exec(line)
    const program = parts && typed.find(({ file }) => file === path.resolve(folder, parts[1]))
    if (program) faults.push(`${placeOf(program, Number(parts[2]))} ${parts[3]}`)
    else faults.push(line)
  }
}

async function runOne(program) {
  try {
    const source = withClaims(program.file, program.text)
    const made = await transform(source, {
      loader: program.isTyped ? 'ts' : 'js',
      sourcemap: 'inline',
    })
    const file = program.file.replace(/\.m[jt]s$/, '-run.mjs')
    writeFileSync(file, made.code)
    for (const { line, fault } of await run(file, program.asks))
      faults.push(`${program.page}:${line ?? program.line} ${fault}`)
  } catch (error) {
    faults.push(`${program.page}:${program.line} ${error.message}`)
  }
}

async function inTurns(list, work) {
  const rest = [...list]
  await Promise.all(
    Array.from({ length: Math.min(4, availableParallelism()) }, async () => {
      while (rest.length > 0) await work(rest.shift())
    }),
  )
}

function placeOf({ page, lines, line }, at) {
  return `${page}:${lines[at - 1]?.line ?? line}`
}

/** What an application would have installed: our packages, and those of others that any of ours tests with. */
function linkModules() {
  const houses = readdirSync(path.join(root, 'packages')).map((name) => `packages/${name}`)
  const modules = path.join(folder, 'node_modules')
  mkdirSync(path.join(modules, '@tokkyu'), { recursive: true })
  for (const house of houses)
    symlinkSync(path.join(root, house), path.join(modules, '@tokkyu', path.basename(house)))
  for (const home of ['.', ...houses, 'conformance', 'examples/small-cases'])
    for (const name of modulesIn(path.join(root, home, 'node_modules'))) {
      const target = path.join(modules, name)
      mkdirSync(path.dirname(target), { recursive: true })
      if (!existsSync(target)) symlinkSync(path.join(root, home, 'node_modules', name), target)
    }
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
}

function modulesIn(home) {
  if (!existsSync(home)) return []
  return readdirSync(home).flatMap((name) => {
    if (name.startsWith('.') || name === '@tokkyu') return []
    return name.startsWith('@')
      ? readdirSync(path.join(home, name)).map((inner) => `${name}/${inner}`)
      : [name]
  })
}
