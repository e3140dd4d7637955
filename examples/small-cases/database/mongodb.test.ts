import { afterAll } from 'vitest'

import { FakeMongo } from './fake-mongo.ts'
import { describeNotes } from './notes-suite.ts'
import { openNotes } from './open-notes.ts'

const server = new FakeMongo()
afterAll(() => server.stop())

describeNotes('a MongoDB that is played', async () => openNotes(await server.start()))
