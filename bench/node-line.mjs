// The program of a line of Node: this one, or the newest of another from npm.
import { execFileSync } from 'node:child_process'

/** @param line - `'24'`, or nothing for the Node that runs. */
export function programOf(line) {
  if (line === undefined || process.version.startsWith(`v${line}.`)) return process.execPath
  const ask = ['-y', '-p', `node@${line}`, 'node', '-p', 'process.execPath']
  return execFileSync('npx', ask, { encoding: 'utf8' }).trim()
}

/** @returns such as `{ node: 'v24.21.0', lts: 'Krypton' }`; `lts` is undefined for a line that has no long support. */
export function describeProgram(program) {
  const told = execFileSync(program, [
    '-p',
    'JSON.stringify({ node: process.version, lts: process.release.lts })',
  ])
  return JSON.parse(told.toString())
}
