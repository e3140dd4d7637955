import pg from 'pg'

import { type Note, type Notes, numberOf } from './notes.ts'

type Row = { id: number; text: string }
const noteOf = ({ id, text }: Row): Note => ({ id: String(id), text })

export async function openPostgres(url: string): Promise<Notes> {
  const pool = new pg.Pool({ connectionString: url })
  // A connection that breaks while nobody uses it would end the process; the pool opens another.
  pool.on('error', ({ message }) => console.error(message))
  await pool.query(
    'CREATE TABLE IF NOT EXISTS notes (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)',
  )
  return {
    async all() {
      const { rows } = await pool.query<Row>('SELECT id, text FROM notes ORDER BY id')
      return rows.map(noteOf)
    },
    async find(id) {
      const wanted = [numberOf(id) ?? 0]
      const { rows } = await pool.query<Row>('SELECT id, text FROM notes WHERE id = $1', wanted)
      return rows[0] && noteOf(rows[0])
    },
    async add(text) {
      const sql = 'INSERT INTO notes (text) VALUES ($1) RETURNING id, text'
      const { rows } = await pool.query<Row>(sql, [text])
      return noteOf(rows[0]!)
    },
    async remove(id) {
      const { rowCount } = await pool.query('DELETE FROM notes WHERE id = $1', [numberOf(id) ?? 0])
      return rowCount === 1
    },
    close: () => pool.end(),
  }
}
