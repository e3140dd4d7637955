// Runs the tests on other lines of Node, each from npm: `pnpm on-node 22 24 26 [-- vitest's arguments]`.
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const vitest = path.join(root, 'node_modules/vitest/vitest.mjs')
const at = process.argv.indexOf('--')
const [versions, rest] =
  at < 0 ? [process.argv.slice(2), []] : [process.argv.slice(2, at), process.argv.slice(at + 1)]

for (const version of versions.length > 0 ? versions : ['22', '24', '26']) {
  console.log(`\n── Node ${version}`)
  const { status } = spawnSync(
    'npx',
    ['-y', '-p', `node@${version}`, 'node', vitest, 'run', ...rest],
    {
      cwd: root,
      stdio: 'inherit',
    },
  )
  if (status !== 0) process.exitCode = 1
}
