import { afterAll, describe } from 'vitest'

import { describeNotes } from './notes-suite.ts'
import { openNotes } from './open-notes.ts'
import { hasMariadb, hasPostgres, type Started, startMariadb, startPostgres } from './servers.ts'

const started: Started[] = []
afterAll(() => Promise.all(started.map((server) => server.stop())))

async function openOn(start: () => Promise<Started>) {
  const server = await start()
  started.push(server)
  return openNotes(server.url)
}

describe.skipIf(!hasPostgres)('a PostgreSQL server', () => {
  describeNotes('PostgreSQL', () => openOn(startPostgres))
})

describe.skipIf(!hasMariadb)('a MariaDB server', () => {
  describeNotes('MySQL', () => openOn(startMariadb))
})

const mongoUrl = process.env['MONGODB_URL']
if (!mongoUrl) console.error('SKIPPED: MONGODB_URL names no server, so no real MongoDB is asked')

describe.skipIf(!mongoUrl)('the MongoDB server of MONGODB_URL', () => {
  describeNotes('MongoDB', () => openNotes(mongoUrl!))
})
