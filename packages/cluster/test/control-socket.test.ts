import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { afterAll, afterEach, describe, expect, it } from 'vitest'

import { type Command, openControlSocket, sendCommand } from '../src/ops/control-socket.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'control-'))
const socket = path.join(folder, 'socket')
let cleanUp = (): unknown => undefined
afterEach(() => cleanUp())
afterAll(() => rmSync(folder, { recursive: true }))

/** Somebody at the socket who is no supervisor. */
async function answering(line: string): Promise<void> {
  const server = createServer((client) => client.on('error', () => {}).end(line)).listen(socket)
  cleanUp = () => server.close()
  await once(server, 'listening')
}

describe('a command', () => {
  it.each(['hello\n', '{"value":\n', 'null\n', '"text"\n', '[]\n'])(
    'is rejected when the answer is %j',
    async (line) => {
      await answering(line)
      await expect(sendCommand(socket, { command: 'status' })).rejects.toMatchObject({
        code: 'CLUSTER_NO_SUPERVISOR',
        path: socket,
      })
    },
  )

  it('that is no JSON is rejected', async () => {
    await answering('{}\n')
    const command = { command: 'scale', workers: 1n } as unknown as Command
    await expect(sendCommand(socket, command)).rejects.toThrow(TypeError)
  })

  it('gives the value of the answer, or its error', async () => {
    const server = await openControlSocket(socket, async ({ command }) => {
      if (command === 'stop') return undefined
      if (command === 'status') return { pid: 1 }
      throw new Error('refused')
    })
    cleanUp = () => server.close()
    expect(await sendCommand(socket, { command: 'stop' })).toBeUndefined()
    expect(await sendCommand(socket, { command: 'status' })).toEqual({ pid: 1 })
    await expect(sendCommand(socket, { command: 'reload' })).rejects.toMatchObject({
      code: 'CLUSTER_COMMAND_FAILED',
      message: 'refused',
    })
  })
})
