import sqlite from 'node-sqlite3-wasm'

import { type Note, type Notes, numberOf } from './notes.ts'

type Row = { id: number; text: string }
const noteOf = ({ id, text }: Row): Note => ({ id: String(id), text })

/** @param file - made when it is not there; `:memory:` is none. */
export function openSqlite(file: string): Notes {
  const db = new sqlite.Database(file)
  db.exec(
    'CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL)',
  )
  return {
    all: async () => (db.all('SELECT id, text FROM notes ORDER BY id') as Row[]).map(noteOf),
    async find(id) {
      const row = db.get('SELECT id, text FROM notes WHERE id = ?', [numberOf(id) ?? 0])
      return row ? noteOf(row as Row) : undefined
    },
    async add(text) {
      const row = db.get('INSERT INTO notes (text) VALUES (?) RETURNING id, text', [text])
      return noteOf(row as Row)
    },
    remove: async (id) => db.run('DELETE FROM notes WHERE id = ?', [numberOf(id) ?? 0]).changes > 0,
    close: async () => db.close(),
  }
}
