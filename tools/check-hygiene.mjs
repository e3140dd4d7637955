// No committed file may tell where it was made: no path of a machine, no host name, no address of
// a package registry (a package-lock.json holds those, so there is none).
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { homedir, hostname, tmpdir } from 'node:os'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)

const rules = [
  [
    'a path of this machine',
    new RegExp(
      `(?<![\\w.])(?:${
        [root, homedir()]
          .filter((at) => at.length > 5)
          .map(escaped)
          .join('|') || '(?!)'
      })\\b`,
    ),
  ],
  ['a home folder', /(?<![\w.-])\/(?:home|Users)\/[a-z][\w-]*\/|[A-Z]:\\Users\\/],
  ['a folder of a temporary run', new RegExp(`(?<![\\w.])${escaped(tmpdir())}/[\\w-]+/[\\w-]+`)],
  [
    'the name of this host',
    hostname().length > 5 ? new RegExp(`\\b${escaped(hostname())}\\b`) : /(?!)/,
  ],
  [
    'the address of a package registry',
    /https?:\/\/(?:[\w-]+\.)*(?:registry|npm|artifactory|nexus|verdaccio|jfrog)[\w-]*\.[\w.-]+|\bregistry\.(?:npmjs|yarnpkg)\b|^\s*(?:@[\w-]+:)?registry\s*=/m,
  ],
]

const files = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\0')
  .filter((file) => file !== '')

const faults = []
for (const file of files) {
  if (/(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock)$/.test(file))
    faults.push(`${file}: only pnpm-lock.yaml is committed`)
  const at = path.join(root, file)
  if (
    file === path.relative(root, import.meta.filename) ||
    !statSync(at, { throwIfNoEntry: false })?.isFile()
  )
    continue
  const text = readFileSync(at, 'latin1')
  if (text.includes('\0')) continue
  for (const [what, pattern] of rules) {
    const match = pattern.exec(text)
    if (match)
      faults.push(
        `${file}:${text.slice(0, match.index).split('\n').length}: holds ${what}: ${match[0].trim()}`,
      )
  }
}

for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1
else console.log(`${files.length} files tell nothing of the machine they were made on`)
