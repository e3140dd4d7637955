// Compares the catalogue in docs/errors.md with the error classes in the code: each code with its
// class and its status, in both directions. `--print` writes the rows that the code would give.
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const declared = readdirSync(path.join(root, 'packages')).flatMap((name) =>
  sources(path.join(root, 'packages', name, 'src')).flatMap((file) =>
    errorsIn(readFileSync(file, 'utf8')).map((error) => ({ ...error, package: name })),
  ),
)

if (process.argv.includes('--print')) {
  for (const error of declared) {
    console.log(
      `| \`${error.code}\` | \`${error.name}\` | ${error.status} | ${error.package} | ${error.when} |`,
    )
  }
} else {
  compare()
}

function compare() {
  const page = readFileSync(path.join(root, 'docs/errors.md'), 'utf8')
  const rows = page.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| ([^|]+) \| ([^|]+) \|/gm)
  const listed = new Set(
    [...rows].map(([, code, name, status, home]) => line({ code, name, status, package: home })),
  )
  const found = new Set(declared.map(line))
  const faults = [
    ...[...found]
      .filter((each) => !listed.has(each))
      .map((each) => `docs/errors.md lacks: ${each}`),
    ...[...listed]
      .filter((each) => !found.has(each))
      .map((each) => `no error in the code is: ${each}`),
  ]
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
  else console.log(`${found.size} errors, each in the catalogue`)
}

function line(error) {
  return [error.code, error.name, error.status, error.package]
    .map((cell) => cell.trim())
    .join(' · ')
}

/** Every class that has a `code` of its own: the literal it is set to, or the literals its type allows. */
function errorsIn(text) {
  const classes =
    /(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\n)?^(?:export )?(?:abstract )?class (\w+)[^{]*\{\n([^]*?)^\}/gm
  return [...text.matchAll(classes)].flatMap(([, doc = '', name, body]) => {
    const [, type, value] = member('code', body) ?? []
    const codes = [...(value ?? type ?? '').matchAll(/'([^']+)'/g)].map((match) => match[1])
    const [, , status = '–'] = member('status', body) ?? []
    const [when] = doc
      .replaceAll(/\s*\n\s*\*?\s?/g, ' ')
      .replace(/^\s*\*\s*/, '')
      .split(/(?<=\.)\s|@/)
    return codes.map((code) => ({
      code,
      name,
      status: /^\d{3}$/.test(status) ? status : '–',
      when: when.trim(),
    }))
  })
}

/** A field of a class with its type and its value: `readonly code: 'A' | 'B' = 'A'`. */
function member(name, body) {
  const field = new RegExp(
    String.raw`^ {2}(?:(?:override|readonly) )*${name}(?:: ([^=\n]+?))?(?: = (\S+?))?(?: //.*| as const)?$`,
    'm',
  )
  return field.exec(body)
}

function sources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.join(entry.parentPath, entry.name))
}
