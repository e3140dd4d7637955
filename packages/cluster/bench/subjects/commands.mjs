/** Lets the bench command this process: a message names one of `commands`, the result is sent back. */
export function obey(commands) {
  process.on('message', async ({ id, call, args }) => {
    if (id === undefined) return
    try {
      process.send({ id, value: await commands[call](...args) })
    } catch (error) {
      process.send({ id, error: error.message })
    }
  })
  process.once('disconnect', () => process.exit())
  process.send({ commands: Object.keys(commands) })
}

export async function until(condition, every = 20) {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, every))
}
