// Runs every check beside the tests, all of them even when one fails, and says which failed.
import { spawnSync } from 'node:child_process'

const checks = [
  'lint',
  'format',
  'unused',
  'boundaries',
  'doors',
  'templates',
  'hygiene',
  'links',
  'errors',
  'docstrings',
  'optional',
  'reference',
  'examples',
  'request',
  'packs',
  'strangers',
  'rehearsal',
  'soak',
  'slow',
  'guard',
]

const results = checks.map((check) => {
  console.log(`\n── ${check}`)
  const began = performance.now()
  const { status } = spawnSync('pnpm', ['--silent', check], { stdio: 'inherit' })
  return { check, passed: status === 0, seconds: ((performance.now() - began) / 1000).toFixed(1) }
})

console.log()
for (const { check, passed, seconds } of results) {
  console.log(`${passed ? '✓' : '✗'} ${check} (${seconds} s)`)
}
if (results.some(({ passed }) => !passed)) process.exitCode = 1
