import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { ask } from '../src/ask.ts'
import { classes, type Attack } from '../src/attack.ts'
import { corpus } from '../src/corpus/index.ts'
import { Subject } from '../src/subject.ts'
import { makeWorld, type World } from '../src/world.ts'

/** Generous: what is proven here is what is answered; how fast, the scoreboard says. */
const BOUNDS = { honest: 4_000, patience: 10 }

const WHOLE = { verdict: 'right', faults: [], ended: false }

let world: World
let app: Subject

beforeAll(async () => {
  world = await makeWorld(corpus)
  app = await Subject.start('tokkyu', world.folder)
})

afterAll(async () => {
  await app.stop()
  await world.remove()
})

describe.each(Object.entries(classes))('%s: %s', (kind) => {
  const attacks = corpus
    .filter((each) => each.class === kind)
    .map((each) => [`${each.id}: ${each.name} (${each.rule})`, each] as const)
  const options = { timeout: 60_000, concurrent: kind === 'load' }

  it.each(attacks)('%s', options, async (_, attack) => {
    expect(await outcomeOf(attack)).toEqual(WHOLE)
  })
})

describe('the corpus', () => {
  it('has no attack twice', () => {
    expect(new Set(corpus.map(({ id }) => id)).size).toBe(corpus.length)
    const done = corpus.map(({ steps, template, clients }) =>
      steps.every((step) => typeof step !== 'function')
        ? JSON.stringify([steps, template, clients])
        : Symbol('made from answers'),
    )
    expect(new Set(done).size).toBe(corpus.length)
  })
  it('has a rule and a demand for each', () => {
    const empty = corpus.filter(({ rule, expect: asked }) => !rule || !Object.keys(asked).length)
    expect(empty.map(({ id }) => id)).toEqual([])
  })
})

async function outcomeOf(attack: Attack) {
  const { verdict, faults } = await ask(app, attack, BOUNDS)
  return { verdict, faults, ended: await app.revive() }
}
