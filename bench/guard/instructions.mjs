// Counts the instructions of a request with valgrind, where the system has it.
//
// V8's interpreter runs them, with everything random or concurrent switched off: the same commit
// counts the same to within one per cent, whatever else the machine does.
import { execFile, spawnSync } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

const VALGRIND = ['--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null']
const NODE = [
  '--no-opt',
  '--no-sparkplug',
  '--no-maglev',
  '--single-threaded',
  '--predictable',
  '--hash-seed=1',
  '--random-seed=1',
  '--max-semi-space-size=256',
  '--min-semi-space-size=256',
]
const FEW = 100
const MANY = 2_600

export const canCount = spawnSync('valgrind', ['--version'], { stdio: 'ignore' }).status === 0

/**
 * @param node - the program that runs them.
 * @returns instructions per request, by app. What a start takes is in both counts, and cancels out.
 */
export async function instructions(names, node = process.execPath) {
  const found = {}
  for (const name of names) {
    const [few, many] = await Promise.all([count(name, FEW, node), count(name, MANY, node)])
    found[name] = (many - few) / (MANY - FEW)
  }
  return found
}

async function count(name, requests, node) {
  const program = path.join(import.meta.dirname, 'run.mjs')
  const { stderr } = await promisify(execFile)(
    'valgrind',
    [...VALGRIND, node, ...NODE, program, name, String(requests)],
    { env: { ...process.env, NODE_ENV: 'production' } },
  )
  const [, digits] = /I\s+refs:\s+([\d,]+)/.exec(stderr) ?? []
  if (digits === undefined) throw new Error(`valgrind counted nothing:\n${stderr}`)
  return Number(digits.replaceAll(',', ''))
}
