import type { Notes } from './notes.ts'

/**
 * Opens the notes that a URL names: `sqlite:FILE`, `postgres://…`, `mysql://…` or `mongodb://…`. Only the driver
 * that is meant is loaded, so only that one has to be installed.
 */
export async function openNotes(url: string): Promise<Notes> {
  switch (url.slice(0, url.indexOf(':'))) {
    case 'sqlite':
      return (await import('./sqlite.ts')).openSqlite(url.slice('sqlite:'.length))
    case 'postgres':
      return (await import('./postgres.ts')).openPostgres(url)
    case 'mysql':
      return (await import('./mysql.ts')).openMysql(url)
    case 'mongodb':
      return (await import('./mongodb.ts')).openMongo(url)
    default:
      throw new RangeError('A database is sqlite:, postgres:, mysql: or mongodb:')
  }
}
