/** Asks a child a question and waits for its answer. */
export function ask(child, question) {
  child.send(question)
  return answerOf(child)
}

/** The next thing a child says. */
export function answerOf(child) {
  return new Promise((resolve, reject) => {
    const died = (code) => reject(new Error(`a process of the bench ended with ${code}`))
    child.once('exit', died)
    child.once('message', (message) => {
      child.off('exit', died)
      resolve(message)
    })
  })
}

/** Microseconds of CPU that some children have used. */
export async function cpuTime(...children) {
  const spent = await Promise.all(children.map((child) => ask(child, { cpu: true })))
  return spent.reduce((sum, { cpu }) => sum + cpu, 0)
}

export function median(list) {
  return list.toSorted((a, b) => a - b)[list.length >> 1]
}
