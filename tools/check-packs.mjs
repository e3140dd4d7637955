// What npm would get: publint reads the manifests, attw resolves the types as every kind of consumer.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

for (const name of readdirSync(path.join(root, 'packages'))) {
  for (const command of ['publint --strict .', 'attw --pack . --format ascii --no-emoji']) {
    const [tool, ...args] = command.split(' ')
    const { status, stdout, stderr } = spawnSync(path.join(root, 'node_modules/.bin', tool), args, {
      cwd: path.join(root, 'packages', name),
      encoding: 'utf8',
    })
    console.log(`${status === 0 ? '✓' : '✗'} ${name}: ${tool}`)
    if (status !== 0) {
      console.error(stdout + stderr)
      process.exitCode = 1
    }
  }
}
