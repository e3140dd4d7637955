// Runs tests that other people have published, on Express and on ours: pnpm ecosystem --suites [--only NAME]
//
// Each suite comes from its repository at a tag, by git, into a folder of its own; its packages are installed there
// without their scripts. Then it runs twice, on Express and with ours in the folder where Express was. That is what
// an alias of npm makes of `"express": "npm:@tokkyu/core@5"`, with the version that tools which patch by version
// look for. A test counts when it passes on Express; it has to pass on ours, too.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const EXPRESS = '5.3.0'
const core = path.join(import.meta.dirname, '../../packages/core')

const MOCHA = ['mocha', '--exit', '--timeout', '10000', '--reporter', 'json']
const TS = ['--require', 'ts-node/register/transpile-only']
const COMPILER = { module: 'node16', moduleResolution: 'node16', target: 'es2022' }

/**
 * `lacks` are development packages of the suite that its tests do without, `adds` those that stand elsewhere in its
 * repository, `files` what stands elsewhere, too; `before` is run once.
 */
const suites = [
  {
    name: '@opentelemetry/instrumentation-express',
    git: 'https://github.com/open-telemetry/opentelemetry-js-contrib.git',
    tag: 'instrumentation-express-v0.69.0',
    under: 'packages/instrumentation-express',
    adds: {
      '@opentelemetry/contrib-test-utils': '0.69.0',
      '@opentelemetry/instrumentation-http': '0.221.0',
      mocha: '11.7.5',
      nock: '14.0.15',
      rimraf: '5.0.10',
      semver: '7',
      sinon: '15',
      'test-all-versions': '6',
      'ts-node': '10.9.2',
      typescript: '5.9.3',
    },
    files: {
      'tsconfig.json': JSON.stringify({
        compilerOptions: { ...COMPILER, esModuleInterop: false, outDir: 'build' },
      }),
      'src/version.ts': `export const PACKAGE_NAME = 'express'\nexport const PACKAGE_VERSION = '0.69.0'\n`,
    },
    before: ['tsc', '--noCheck', '--rootDir', '.', '-p', '.'],
    run: [...MOCHA, ...TS, 'test/*.test.ts'],
  },
  {
    name: 'express-rate-limit',
    git: 'https://github.com/express-rate-limit/express-rate-limit.git',
    tag: 'v8.6.2',
    lacks: [
      '@biomejs/biome',
      '@express-rate-limit/prettier',
      '@express-rate-limit/tsconfig',
      'dts-bundle-generator',
      'husky',
      'lint-staged',
      'mintlify',
      'prettier',
    ],
    files: {
      'tsconfig.json': JSON.stringify({
        compilerOptions: { ...COMPILER, strict: true, isolatedModules: true, skipLibCheck: true },
      }),
    },
    run: ['jest', '--coverage=false', '--json'],
    env: { NODE_OPTIONS: '--experimental-vm-modules' },
  },
  {
    name: 'supertest',
    git: 'https://github.com/ladjs/supertest.git',
    tag: 'v6.3.4',
    lacks: ['eslint', 'eslint-config-airbnb-base', 'eslint-plugin-import', 'nyc'],
    run: [...MOCHA, '--require', 'should'],
  },
]

/** Prints how many tests pass on each; false when one that passes on Express does not on ours. */
export function runSuites(only) {
  const chosen = suites.filter(({ name }) => only === undefined || name === only)
  if (chosen.length === 0) throw new Error(`No suite is called "${only}"`)
  const lines = []
  let isWhole = true
  for (const suite of chosen) {
    const { express, ours } = runOnBoth(suite)
    const passed = express.filter((test) => test.passed)
    const lost = passed.filter(({ title }) => !ours.some((t) => t.title === title && t.passed))
    for (const { title } of lost) console.log(`${suite.name}, on Express alone: ${title}`)
    if (lost.length > 0 || passed.length === 0) isWhole = false
    const counted = ours.filter((test) => test.passed).length
    lines.push(
      `| ${suite.name} | ${suite.tag} | ${passed.length} of ${express.length} | ${counted} of ${ours.length} |`,
    )
  }
  const table = `| published tests of | tag | pass on Express ${EXPRESS} | pass on ours |
|---|---|---|---|
${lines.join('\n')}
`
  console.log(table)
  return { isWhole, table }
}

function runOnBoth(suite) {
  const house = mkdtempSync(path.join(tmpdir(), 'ecosystem-'))
  try {
    const [clone, folder] = ['clone', 'suite'].map((name) => path.join(house, name))
    const source = ['clone', '--quiet', '--depth', '1', '--branch', suite.tag, suite.git, clone]
    execFileSync('git', ['-c', 'advice.detachedHead=false', ...source], { stdio: 'inherit' })
    // Away from the clone: npm would install all of a workspace.
    renameSync(path.join(clone, suite.under ?? ''), folder)
    install(folder, suite)
    const express = resultsOf(folder, suite)
    standIn(path.join(folder, 'node_modules/express'))
    return { express, ours: resultsOf(folder, suite) }
  } finally {
    rmSync(house, { recursive: true, force: true })
  }
}

function install(folder, { lacks = [], adds = {}, files = {}, before }) {
  const file = path.join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  const wanted = { ...manifest.devDependencies, ...adds, express: EXPRESS }
  for (const name of lacks) delete wanted[name]
  writeFileSync(file, JSON.stringify({ ...manifest, devDependencies: wanted }))
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  rmSync(path.join(folder, 'package-lock.json'), { force: true })
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent']
  execFileSync('npm', ['install', ...quiet], { cwd: folder, stdio: 'inherit' })
  if (before) execFileSync('npx', ['--no-install', ...before], { cwd: folder, stdio: 'inherit' })
}

/** Mocha and Jest both print one object; other lines may stand before it. */
function resultsOf(folder, { run, env }) {
  const { stdout } = spawnSync('npx', ['--no-install', ...run], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 28,
    timeout: 600_000,
  })
  const report = JSON.parse(stdout.slice(stdout.search(/^\{\s*"(?:stats|num)/m)))
  const fromJest = report.testResults?.flatMap(({ assertionResults }) => assertionResults)
  if (fromJest)
    return fromJest
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ fullName, status }) => ({ title: fullName, passed: status === 'passed' }))
  return [...report.passes, ...report.failures].map(({ fullTitle, err }) => ({
    title: fullTitle,
    passed: Object.keys(err).length === 0,
  }))
}

/** Puts ours, as it is packed, with its dependencies and with a version of Express. */
function standIn(folder) {
  rmSync(folder, { recursive: true, force: true })
  const manifest = JSON.parse(readFileSync(path.join(core, 'package.json'), 'utf8'))
  for (const part of ['entry', 'dist/bundle.cjs'])
    cpSync(path.join(core, part), path.join(folder, part), { recursive: true })
  const packed = { ...manifest, version: EXPRESS }
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(packed))
  for (const name of Object.keys(manifest.dependencies)) {
    const link = path.join(folder, 'node_modules', name)
    mkdirSync(path.dirname(link), { recursive: true })
    if (!existsSync(link)) symlinkSync(path.join(core, 'node_modules', name), link)
  }
}
