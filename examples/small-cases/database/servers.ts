import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A database server of a test's own, in a folder of its own, on a socket in it. */
export interface Started {
  readonly url: string
  stop(): Promise<void>
}

/** PostgreSQL keeps its programs where no PATH finds them, and does not run as root. */
const postgresPrograms = postgresFolder()
const isRoot = process.getuid?.() === 0
const nobody = isRoot ? { uid: 65_534, gid: 65_534 } : {}

export const hasPostgres = isThere('PostgreSQL', postgresPrograms)
export const hasMariadb = isThere('MariaDB', onPath('mariadbd'))

export async function startPostgres(): Promise<Started> {
  const folder = await newFolder()
  if (isRoot) await chown(folder, 65_534, 65_534)
  const data = path.join(folder, 'data')
  const initdb = path.join(postgresPrograms ?? '', 'initdb')
  await run(initdb, ['-D', data, '-U', 'notes', '-A', 'trust', '-E', 'UTF8', '--no-sync'], nobody)
  const options = ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off']
  const program = path.join(postgresPrograms ?? '', 'postgres')
  const child = spawn(program, options, { stdio: 'ignore', ...nobody })
  await listening(child, path.join(folder, '.s.PGSQL.5432'))
  return {
    url: `postgres://notes@/postgres?host=${folder}`,
    stop: () => stop(child, folder, 'SIGINT'),
  }
}

export async function startMariadb(): Promise<Started> {
  const folder = await newFolder()
  const socket = path.join(folder, 'socket')
  const start = path.join(folder, 'start.sql')
  await writeFile(start, 'CREATE DATABASE notes;\n')
  const options = [
    '--no-defaults',
    `--datadir=${folder}`,
    `--socket=${socket}`,
    `--init-file=${start}`,
    '--skip-networking',
    '--skip-grant-tables', // there are no tables of users
    ...(isRoot ? ['--user=root'] : []),
  ]
  const child = spawn('mariadbd', options, { stdio: 'ignore' })
  await listening(child, socket)
  const socketPath = encodeURIComponent(JSON.stringify(socket))
  return {
    url: `mysql://root@localhost/notes?socketPath=${socketPath}`,
    stop: () => stop(child, folder, 'SIGTERM'),
  }
}

function newFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'notes-'))
}

/** Waits until somebody answers on the socket; a server that ends before that is an error. */
async function listening(child: ChildProcess, socket: string): Promise<void> {
  while (!(await answers(socket))) {
    if (child.exitCode !== null) throw new Error(`The database ended: ${child.exitCode}`)
    await sleep(20)
  }
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = connect(socket)
    client.once('error', () => resolve(false))
    client.once('connect', () => resolve(true))
    client.once('connect', () => client.destroy())
  })
}

async function stop(child: ChildProcess, folder: string, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit')
  if (child.kill(signal)) await gone
  await rm(folder, { recursive: true, force: true })
}

function postgresFolder(): string | undefined {
  const home = '/usr/lib/postgresql'
  const versions = existsSync(home) ? readdirSync(home) : []
  return [...versions.map((version) => path.join(home, version, 'bin')), onPath('initdb')].find(
    (folder) => folder !== undefined && existsSync(path.join(folder, 'initdb')),
  )
}

function onPath(program: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  return folders.find((folder) => existsSync(path.join(folder, program)))
}

/** Without a server its tests are skipped, loudly; where CI is set they fail. */
function isThere(name: string, folder: string | undefined): boolean {
  if (folder !== undefined || process.env['CI']) return true
  console.error(`SKIPPED: no ${name} on this machine, so notes in it are not tested`)
  return false
}
