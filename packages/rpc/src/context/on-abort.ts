/** Who waits for a signal. All calls of one signal share a listener: node warns of more than ten. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>()

/** Calls back when a signal aborts; answers how to wait no more. */
export function onAbort(signal: AbortSignal, aborted: () => void): () => void {
  const callbacks = waiting.get(signal) ?? listen(signal)
  callbacks.add(aborted)
  return () => callbacks.delete(aborted)
}

function listen(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>()
  waiting.set(signal, callbacks)
  signal.addEventListener('abort', () => {
    for (const each of callbacks) each()
  })
  return callbacks
}
