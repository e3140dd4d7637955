import mysql, { type ResultSetHeader, type RowDataPacket } from 'mysql2/promise'

import { type Note, type Notes, numberOf } from './notes.ts'

type Row = RowDataPacket & { id: number; text: string }
const noteOf = ({ id, text }: Row): Note => ({ id: String(id), text })

export async function openMysql(url: string): Promise<Notes> {
  const pool = mysql.createPool(url)
  await pool.execute(
    'CREATE TABLE IF NOT EXISTS notes (id INT AUTO_INCREMENT PRIMARY KEY, text TEXT NOT NULL) CHARACTER SET utf8mb4',
  )
  return {
    async all() {
      const [rows] = await pool.execute<Row[]>('SELECT id, text FROM notes ORDER BY id')
      return rows.map(noteOf)
    },
    async find(id) {
      const wanted = [numberOf(id) ?? 0]
      const [rows] = await pool.execute<Row[]>('SELECT id, text FROM notes WHERE id = ?', wanted)
      return rows[0] && noteOf(rows[0])
    },
    async add(text) {
      const [done] = await pool.execute<ResultSetHeader>('INSERT INTO notes (text) VALUES (?)', [
        text,
      ])
      return { id: String(done.insertId), text }
    },
    async remove(id) {
      const wanted = [numberOf(id) ?? 0]
      const [done] = await pool.execute<ResultSetHeader>('DELETE FROM notes WHERE id = ?', wanted)
      return done.affectedRows === 1
    },
    close: () => pool.end(),
  }
}
