// What is lost while workers are reloaded, killed, fail, hang and change in number.
//
//   node packages/cluster/bench/run.mjs [--only ours|node|pm2] [--short] [--json]
//
// pm2 takes part when it is found on the PATH.
import { execFileSync } from 'node:child_process'
import os from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { disturb, short, whole } from './disturbances.mjs'
import { Subject } from './subject.mjs'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    short: { type: 'boolean' },
    json: { type: 'boolean' },
  },
})
const restLasts = values.short ? 1000 : 20_000
const pm2 = whereIs('pm2')
const names = ['ours', 'node', ...(pm2 ? ['pm2'] : [])].filter(
  (name) => values.only === undefined || name === values.only,
)
const settings = { workers: 2, linger: 3000, silence: 3000, pm2 }

const machine = `node ${process.version}, ${os.availableParallelism()} cores`
say(`${machine}, load ${os.loadavg()[0].toFixed(1)}`)
const all = []
for (const name of names) all.push(await measure(name))
if (values.json) console.log(JSON.stringify(all))

async function measure(name) {
  const subject = await Subject.start(name, settings)
  say(`\n${name}`)
  await pause(1000)
  const [cpu, descriptorsBefore] = [subject.cpu(), subject.descriptors()]
  await pause(restLasts)
  const atRest = ((subject.cpu() - cpu) / restLasts) * 100
  say(`  at rest ${atRest.toFixed(2)} % of a core`)
  const results = await disturb(
    subject,
    values.short ? short : whole,
    { silence: settings.silence, findsHung: name === 'ours' },
    print,
  )
  for (let look = 0; look < 100 && subject.descriptors() > descriptorsBefore; look++)
    await pause(200)
  const descriptorsAfter = subject.descriptors()
  const zombies = subject.zombies().length
  say(`  descriptors ${descriptorsBefore} before, ${descriptorsAfter} after; zombies ${zombies}`)
  const pids = await subject.call('everyone')
  await subject.stop()
  const orphans = pids.filter(lives).length
  say(`  orphans ${orphans}`)
  return { name, atRest, results, descriptorsBefore, descriptorsAfter, zombies, orphans }
}

function print(kind, { times, seconds, answered, lost, notes }) {
  const asked = answered + lost.length
  say(`  ${kind} × ${times}: ${lost.length} of ${asked} lost, ${seconds.toFixed(0)} s`)
  const causes = new Map()
  for (const { kind: client, code } of lost)
    causes.set(`${client} ${code}`, (causes.get(`${client} ${code}`) ?? 0) + 1)
  for (const [cause, count] of causes) say(`    ${count} × ${cause}`)
  const recoveries = notes.flatMap(({ recovery = [] }) => recovery).toSorted((a, b) => a - b)
  const middle = recoveries[recoveries.length >> 1]
  if (middle === undefined) return
  const longest = recoveries.at(-1)
  say(
    `    whole again after ${Math.round(middle)} ms (median), ${Math.round(longest)} ms (longest)`,
  )
}

function say(text) {
  if (!values.json) console.log(text)
}

function lives(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function whereIs(program) {
  try {
    return execFileSync('which', [program], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return undefined
  }
}
