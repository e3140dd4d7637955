// A built copy of an earlier commit, kept from one run to the next.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** @returns the folder of the copy. */
export function checkOut(commit) {
  const root = path.join(import.meta.dirname, '..')
  const asked = ['rev-parse', '--short', commit]
  const id = execFileSync('git', asked, { cwd: root, encoding: 'utf8' }).trim()
  const folder = path.join(tmpdir(), 'tokkyu-bench', id)
  if (existsSync(path.join(folder, 'packages/core/dist'))) return folder
  mkdirSync(folder, { recursive: true })
  const archive = execFileSync('git', ['archive', id], { cwd: root, maxBuffer: 2 ** 30 })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
  const pnpm = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).packageManager
  for (const steps of [['install', '--frozen-lockfile', '--prefer-offline'], ['build']]) {
    execFileSync('npx', ['-y', pnpm, '--silent', ...steps], { cwd: folder, stdio: 'inherit' })
  }
  return folder
}
