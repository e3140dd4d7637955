import { fork } from 'node:child_process'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { form } from './form.ts'
import { filesIn, multipart, temporaryFolder, until } from './server.ts'

const program = fileURLToPath(new URL('stopped-process.fixture.mjs', import.meta.url))

/** Starts a server in a process of its own and brings an upload half-way in. */
async function halfAnUpload(
  mode: string,
  uploads = 1,
): Promise<{
  dest: string
  stop: (signal: NodeJS.Signals | 'exit') => Promise<{ code: number | null; signal: string | null }>
}> {
  const dest = temporaryFolder()
  const child = fork(program, [dest, mode], { stdio: 'inherit', execArgv: [] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const port = await new Promise<number>((resolve) =>
    child.once('message', (sent) => resolve(sent as number)),
  )
  for (let i = 0; i < uploads; i++) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
    socket.write(
      `POST /${i} HTTP/1.1\r\nHost: test\r\nContent-Type: ${multipart}\r\nContent-Length: 9999999\r\n\r\n`,
    )
    socket.write(form([{ name: 'f', filename: 'x', body: 'y'.repeat(100_000) }]).subarray(0, -50))
  }
  await until(() => filesIn(dest).length === uploads, 'the temporary files were there')
  return {
    dest,
    stop: (signal) =>
      new Promise((resolve) => {
        child.once('exit', (code, by) => resolve({ code, signal: by }))
        if (signal === 'exit') child.send('exit')
        else child.kill(signal)
      }),
  }
}

describe('a process that is told to stop in the middle of an upload', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'removes what it had on disk and dies of %s',
    async (signal) => {
      const { dest, stop } = await halfAnUpload('plain')
      expect(await stop(signal)).toEqual({ code: null, signal })
      expect(filesIn(dest)).toEqual([])
    },
  )

  it('removes it when it exits by itself', async () => {
    const { dest, stop } = await halfAnUpload('plain')
    expect(await stop('exit')).toEqual({ code: 3, signal: null })
    expect(filesIn(dest)).toEqual([])
  })

  it('leaves the signal to an application that handles it, and removes it at the end', async () => {
    const { dest, stop } = await halfAnUpload('graceful')
    expect(await stop('SIGTERM')).toEqual({ code: 4, signal: null })
    expect(filesIn(dest)).toEqual([])
  })

  it('removes it also when two copies of the package are loaded', async () => {
    const { dest, stop } = await halfAnUpload('two-copies', 2)
    expect(await stop('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' })
    expect(filesIn(dest)).toEqual([])
  })

  it('listens for signals only while there is something to remove', async () => {
    const { dest, stop } = await halfAnUpload('count-listeners')
    expect(await stop('exit')).toEqual({ code: 0, signal: null })
    expect(filesIn(dest)).toEqual([])
  })
})
