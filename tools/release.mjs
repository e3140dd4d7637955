// Makes each package as others get it, and publishes it: without `--publish` only in rehearsal, in a copy, with the
// versions that the changesets ask for. Works without a network.
//
// Where the repository is stands in no manifest; the packed ones get it here.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { addressOfRepository, placeOfRepository } from './repository.mjs'

const root = path.resolve(import.meta.dirname, '..')
const isRehearsal = !process.argv.includes('--publish')
const address = addressToPublish()
const temporary = mkdtempSync(path.join(tmpdir(), 'tokkyu-release-'))
const faults = []
try {
  const house = isRehearsal ? nextVersions(path.join(temporary, 'house')) : root
  for (const name of readdirSync(path.join(house, 'packages'))) {
    const folder = path.join(temporary, name)
    const from = path.join(house, 'packages', name)
    unpack(pack(from), folder)
    const manifest = finishManifest(folder, name)
    finishReadme(folder, name)
    for (const file of ['LICENSE', 'README.md'])
      if (!existsSync(path.join(folder, file))) faults.push(`${name}: ${file} is not packed`)
    if (faults.length === 0) publish(folder)
    console.log(`${faults.length === 0 ? '✓' : '✗'} ${manifest.name} ${manifest.version}`)
  }
} finally {
  rmSync(temporary, { recursive: true })
}
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1

function addressToPublish() {
  const known = addressOfRepository(root)
  if (known) return known
  // A rehearsal has nobody to lead anywhere.
  if (isRehearsal) return 'https://repository.example/tokkyu/tokkyu'
  throw new URIError(
    `Cannot publish: nothing says where the repository is, but for "${placeOfRepository(root)}"`,
  )
}

/** A copy of the packages in which the changesets have been taken in. */
function nextVersions(copy) {
  for (const each of ['package.json', 'pnpm-workspace.yaml', 'LICENSE', '.changeset', 'packages'])
    cpSync(path.join(root, each), path.join(copy, each), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !/^packages\/[^/]+\/(?:test|bench)$/.test(path.relative(root, file)),
    })
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'))
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
      cwd: copy,
    })
  git('init', '--quiet')
  git('add', '.changeset')
  git('commit', '--quiet', '--message', 'changesets')
  const before = versions(copy)
  run(path.join(root, 'node_modules/.bin/changeset'), ['version'], copy)
  const after = versions(copy)
  for (const [name, version] of Object.entries(before))
    if (after[name] === version)
      console.log(`  no changeset speaks of ${name}: it stays ${version}`)
  return copy
}

function versions(house) {
  return Object.fromEntries(
    readdirSync(path.join(house, 'packages')).map((name) => {
      const manifest = JSON.parse(
        readFileSync(path.join(house, 'packages', name, 'package.json'), 'utf8'),
      )
      return [manifest.name, manifest.version]
    }),
  )
}

/** pnpm writes versions where `workspace:` stands, and adds the root's licence. */
function pack(from) {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const args = [
    '--yes',
    '--prefer-offline',
    packageManager,
    'pack',
    '--json',
    '--pack-destination',
    temporary,
  ]
  return JSON.parse(run('npx', args, from)).filename
}

function unpack(file, folder) {
  mkdirSync(folder)
  run('tar', ['-xzf', file, '-C', folder, '--strip-components=1'], temporary)
}

/** Adds where the package comes from, which provenance is held against. */
function finishManifest(folder, name) {
  const file = path.join(folder, 'package.json')
  const manifest = {
    ...JSON.parse(readFileSync(file, 'utf8')),
    homepage: `${address}/tree/main/packages/${name}#readme`,
    bugs: { url: `${address}/issues` },
    repository: { type: 'git', url: `git+${address}.git`, directory: `packages/${name}` },
  }
  const text = JSON.stringify(manifest, undefined, 2)
  if (text.includes('"workspace:')) faults.push(`${name}: a version is still "workspace:"`)
  if (!(manifest.keywords?.length > 0)) faults.push(`${name}: no keywords`)
  if (manifest.publishConfig?.provenance !== true)
    faults.push(`${name}: publishConfig.provenance is not true`)
  if (manifest.license !== 'MIT') faults.push(`${name}: no license`)
  writeFileSync(file, `${text}\n`)
  return manifest
}

/** Links into the repository get its address: a package page is no place in it. */
function finishReadme(folder, name) {
  const file = path.join(folder, 'README.md')
  const text = readFileSync(file, 'utf8')
  const finished = text.replaceAll(/\]\((?!https?:|#)([^)\s]+)\)/g, (_link, target) => {
    const [place, fragment] = target.split('#')
    const at = path.join(root, 'packages', name, place)
    const isThere = statSync(at, { throwIfNoEntry: false })
    if (!isThere || !at.startsWith(root + path.sep))
      faults.push(`${name}: README.md links to ${target}, which is not there`)
    const kind = isThere?.isDirectory() ? 'tree' : 'blob'
    return `](${address}/${kind}/main/${path.relative(root, at)}${fragment ? `#${fragment}` : ''})`
  })
  writeFileSync(file, finished)
}

function publish(folder) {
  const rehearsed = isRehearsal ? ['--dry-run', '--provenance=false', '--offline'] : []
  run('npm', ['publish', ...rehearsed, '--tag', 'latest'], folder)
}

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed in ${cwd}\n${stdout}${stderr}`, {
      cause: error,
    })
  return stdout
}
