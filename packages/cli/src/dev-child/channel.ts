import { envelope, type ToApplication, type ToCommand } from '../dev-messages.ts'

type Listener = (message: ToApplication, handle: unknown) => void

/**
 * Hears what the command says. The channel alone keeps no process alive, and a process without the
 * command has no purpose.
 */
export function hear(listener: Listener): void {
  process.on('message', (message, handle) => {
    const ours = (Object(message) as Partial<Record<typeof envelope, ToApplication>>)[envelope]
    if (ours !== undefined) listener(ours, handle)
  })
  process.channel?.unref()
  process.once('disconnect', () => process.exit())
}

/** @param done - called when the message has left. */
export function tell(message: ToCommand, handle?: object, done: () => void = () => {}): void {
  if (!process.connected) done()
  else process.send?.({ [envelope]: message }, handle as never, {}, () => done())
}
