import type { SharedBoundError } from '../errors.ts'
import { Gathering } from './gathering.ts'
import type { Listeners } from '../balance/listeners.ts'
import type { Member } from '../crew/member.ts'
import type { ToSupervisor } from '../wire/messages.ts'
import { SharedHub } from '../shared/shared-hub.ts'
import type { Status } from '../crew/status.ts'

/** Where the requests of the workers are answered: for a socket, shared state, the numbers of all. */
export class WorkerRequests {
  private readonly listeners: Listeners
  private readonly members: ReadonlySet<Member>
  private readonly status: () => Status
  private readonly gathering = new Gathering()
  private readonly hub = new SharedHub((news) => {
    for (const member of this.members) member.send({ type: 'news', news })
  })

  constructor(listeners: Listeners, members: ReadonlySet<Member>, status: () => Status) {
    this.listeners = listeners
    this.members = members
    this.status = status
  }

  answer(member: Member, message: ToSupervisor): void {
    if (message.type === 'listen') void this.listen(member, message)
    else if (message.type === 'shared')
      this.hub.call(member, message.call).then(
        (value) => member.send({ type: 'answer', id: message.id, value }),
        ({ reason }: SharedBoundError) =>
          member.send({ type: 'answer', id: message.id, full: reason }),
      )
    else if (message.type === 'metrics') this.gathering.take(message.id, member, message.metrics)
    else if (message.type === 'gather')
      void this.gathering.start([...this.members]).then((metrics) =>
        member.send({
          type: 'answer',
          id: message.id,
          value: { status: this.status(), metrics },
        }),
      )
  }

  /** Who drains leads nothing any more. */
  release(member: Member): void {
    this.hub.release(member)
  }

  leave(member: Member): void {
    this.hub.leave(member)
    this.gathering.leave(member)
  }

  private async listen(
    member: Member,
    { id, address, index }: Extract<ToSupervisor, { type: 'listen' }>,
  ): Promise<void> {
    try {
      const listener = await this.listeners.get(address, index)
      const { id: number, address: opened } = listener
      member.send({ type: 'listening', id, listener: number, address: opened })
      listener.join(member)
    } catch (error) {
      const { errno } = error as NodeJS.ErrnoException
      member.send({ type: 'listening', id, ...(errno !== undefined && { error: errno }) })
    }
  }
}
