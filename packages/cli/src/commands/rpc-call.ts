import { createInterface } from 'node:readline'

import type { CallOptions, Method } from '@tokkyu/rpc'

import { type Arguments, UsageError } from '../command.ts'
import { deadlineOf, serviceOf } from './rpc-schema.ts'

/** `tokkyu rpc call`: calls a method with JSON, and prints what it answers as JSON. */
export async function callMethod({ values, positionals }: Arguments): Promise<number> {
  const [address, path, given = '{}', ...rest] = positionals
  const [serviceName, methodName, ...more] = path?.split('/') ?? []
  if (address === undefined || !serviceName || !methodName || more.length + rest.length > 0) {
    throw new UsageError('Name an address, and a method as <service>/<method>.')
  }
  const service = await serviceOf(address, serviceName, values)
  const method = [...service.methods.values()].find(
    (each) => each.name === methodName || each.path === path,
  )
  if (!method) throw new UsageError(`Service "${serviceName}" has no method "${methodName}".`)
  const options: CallOptions = { deadline: deadlineOf(values), metadata: metadataOf(values) }
  const { connect, RpcError } = await import('@tokkyu/rpc')
  const client = connect(service, address)
  try {
    const answer = client[method.name]!(await requestOf(method, given), options)
    if (method.kind === 'unary' || method.kind === 'clientStream') print(await answer)
    else for await (const response of answer) print(response)
    return 0
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    if (error.cause instanceof UsageError) throw error.cause // of a line that could not be read
    console.error(`${error.code}: ${error.details}`)
    return 1
  } finally {
    client.$channel.destroy()
  }
}

async function requestOf(
  method: Method,
  given: string,
): Promise<Record<string, unknown> | AsyncIterable<Record<string, unknown>>> {
  const isMany = method.kind === 'clientStream' || method.kind === 'bidiStream'
  if (isMany) return linesOf(given)
  if (given !== '-') return parsed(given)
  let text = ''
  for await (const line of createInterface({ input: process.stdin })) text += `${line}\n`
  return parsed(text)
}

/** A request for each line of standard input, or the one that was given. */
async function* linesOf(given: string): AsyncGenerator<Record<string, unknown>> {
  if (given !== '-' && given !== '{}') {
    yield parsed(given)
    return
  }
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') yield parsed(line)
  }
}

function parsed(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`Cannot read the request as JSON: ${(error as Error).message}`)
  }
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  throw new UsageError('A request is an object in JSON.')
}

function metadataOf(values: Arguments['values']): Record<string, string> {
  const given = values['metadata'] ?? []
  return Object.fromEntries(
    (Array.isArray(given) ? (given as readonly string[]) : []).map((each) => {
      const at = each.indexOf('=')
      if (at < 1) throw new UsageError(`Metadata is name=value, not "${each}".`)
      return [each.slice(0, at), each.slice(at + 1)]
    }),
  )
}

/** Bytes as base64, as protobuf's JSON has them. */
function print(message: unknown): void {
  const text = JSON.stringify(
    message,
    function (this: Record<string, unknown>, key, value: unknown) {
      const original = this[key]
      return original instanceof Uint8Array ? Buffer.from(original).toString('base64') : value
    },
  )
  console.log(text)
}
