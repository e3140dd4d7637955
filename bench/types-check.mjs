// node --single-threaded bench/types-check.mjs TYPESCRIPT: the CPU that checking `app.mts` of the current folder
// takes in a compiler with an API, without reading and binding.
import { createRequire } from 'node:module'

const ts = createRequire(import.meta.url)(process.argv[2])
const program = ts.createProgram(['app.mts'], {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  preserveSymlinks: true,
  types: ['node'],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
})
const file = program.getSourceFile('app.mts')
program.getTypeChecker()
const before = process.cpuUsage()
const faults = program.getSemanticDiagnostics(file)
const { user } = process.cpuUsage(before)
if (faults.length > 0) throw new Error(String(faults[0].messageText))
console.log(user / 1000)
