import { describe, expect, it } from 'vitest'

import { connect, createRpcServer } from '../src/index.ts'
import { reflectionServices } from '../src/schema/reflection-service.ts'
import { afterwards, all, numbers } from './numbers.ts'

async function asked(
  requests: object[],
  reflection = true,
): Promise<readonly Record<string, unknown>[]> {
  const server = createRpcServer({ reflection }).add(numbers, {})
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as { port: number }
  afterwards(() => server.close(0))
  const client = connect(reflectionServices[0]!, `127.0.0.1:${port}`)
  afterwards(() => client.$channel.destroy())
  return (await all(client.serverReflectionInfo(requests))) as never
}

describe('reflection', () => {
  it('is answered at the channel as well', async () => {
    const [list] = await asked([{ listServices: '' }])
    expect(list!['listServicesResponse']).toMatchObject({
      service: expect.arrayContaining([{ name: 'test.Numbers' }]),
    })
  })

  it('answers each request of a stream, with the request', async () => {
    const answers = await asked([
      { fileContainingSymbol: 'test.Numbers.Double' },
      { fileContainingSymbol: 'test.Num.value' },
      { fileContainingSymbol: 'test.None' },
      { allExtensionNumbersOfType: 'test.Num' },
      { fileContainingExtension: { containingType: 'test.Num', extensionNumber: 1 } },
    ])
    expect(answers.map(({ messageResponse }) => messageResponse)).toEqual([
      'fileDescriptorResponse',
      'fileDescriptorResponse',
      'errorResponse',
      'allExtensionNumbersResponse',
      'errorResponse',
    ])
    expect(answers[2]!['originalRequest']).toMatchObject({ fileContainingSymbol: 'test.None' })
  })

  it('shows nothing when it was not asked for', async () => {
    await expect(asked([{ listServices: '' }], false)).rejects.toMatchObject({
      code: 'UNIMPLEMENTED',
    })
  })
})
