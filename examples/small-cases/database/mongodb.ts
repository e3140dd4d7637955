import { MongoClient, ObjectId } from 'mongodb'

import type { Note, Notes } from './notes.ts'

export async function openMongo(url: string): Promise<Notes> {
  const client = await new MongoClient(url).connect()
  const notes = client.db().collection<{ text: string }>('notes')
  return {
    all: async () => (await notes.find().sort({ _id: 1 }).toArray()).map(noteOf),
    async find(id) {
      const found = await notes.findOne({ _id: idOf(id) })
      return found ? noteOf(found) : undefined
    },
    async add(text) {
      const { insertedId } = await notes.insertOne({ text })
      return { id: insertedId.toHexString(), text }
    },
    remove: async (id) => (await notes.deleteOne({ _id: idOf(id) })).deletedCount === 1,
    close: () => client.close(),
  }
}

interface Found {
  readonly _id: ObjectId
  readonly text: string
}

function noteOf({ _id, text }: Found): Note {
  return { id: _id.toHexString(), text }
}

/** A filter is made of nothing else: an object of a client, such as `{ $ne: null }`, would match every note. */
function idOf(id: string): ObjectId {
  return new ObjectId(/^[\da-f]{24}$/.test(id) ? id : '0'.repeat(24))
}
