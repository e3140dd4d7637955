import path from 'node:path'

/** Runs in each worker before its app. From here and from the bundle it is at the same place: so this file stays. */
export const attendance = path.join(__dirname, '../entry/attend.cjs')
