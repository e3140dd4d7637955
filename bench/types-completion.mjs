// node --single-threaded bench/types-completion.mjs TYPESCRIPT: the CPU that an editor's language server spends on the
// completion of `req.params.` in `app.mts` of the current folder, from the dot being typed to the list of names.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const ts = createRequire(import.meta.url)(process.argv[2])
const file = path.resolve('app.mts')
const given = readFileSync(file, 'utf8')
// In a handler of its own in the middle, on a line that is being written: the dot is still missing.
const lines = given.split('\n')
const middle = lines.findIndex((line, i) => i > lines.length / 2 && line.startsWith('app.get('))
lines.splice(middle, 0, "app.get('/here/:one/and/:two', (req, res) => {", '  req.params', '})')
const at = { line: middle + 2, offset: '  req.params'.length + 1 }

const session = new ts.server.Session({
  host: {
    ...ts.sys,
    setTimeout,
    clearTimeout,
    setImmediate,
    clearImmediate,
    // What is watched would keep the process alive.
    watchFile: () => ({ close() {} }),
    watchDirectory: () => ({ close() {} }),
  },
  cancellationToken: ts.server.nullCancellationToken,
  typingsInstaller: ts.server.nullTypingsInstaller,
  useSingleInferredProject: false,
  useInferredProjectPerProjectRoot: false,
  byteLength: (text, encoding) => Buffer.byteLength(text, encoding),
  hrtime: process.hrtime,
  logger: new Proxy(
    {},
    { get: (_, name) => () => (name === 'getLogFileName' ? undefined : false) },
  ),
  canUseEvents: false,
})
// It answers calls by their results; what it would write to its own output is not wanted.
session.send = () => {}
let seq = 0
const ask = (command, args) =>
  session.executeCommand({ type: 'request', seq: ++seq, command, arguments: { file, ...args } })
    .response

ask('open', { fileContent: lines.join('\n') })
// As an editor does for a file that is opened: what is wrong in it.
const faults = ask('semanticDiagnosticsSync')
if (faults.length > 0) throw new Error(faults[0].text)
const ROUNDS = 9
const costs = Array.from({ length: ROUNDS }, () => {
  const before = process.cpuUsage()
  ask('change', { ...at, endLine: at.line, endOffset: at.offset, insertString: '.' })
  const { entries } = ask('completionInfo', { line: at.line, offset: at.offset + 1 })
  const { user } = process.cpuUsage(before)
  const names = entries.map(({ name }) => name)
  if (!names.includes('one') || !names.includes('two')) throw new Error(`completed: ${names}`)
  ask('change', { ...at, endLine: at.line, endOffset: at.offset + 1, insertString: '' })
  ask('semanticDiagnosticsSync')
  return user / 1000
})
console.log(costs.toSorted((a, b) => a - b)[ROUNDS >> 1])
