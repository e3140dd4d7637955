import path from 'node:path'

/** What node loads before the application in the processes that this command starts. */
export const preload = path.join(__dirname, '../entry/preload.cjs')

/** The variable by which such a process is told its task; it is gone before the application runs. */
export const taskVariable = 'TOKKYU_CLI_TASK'
