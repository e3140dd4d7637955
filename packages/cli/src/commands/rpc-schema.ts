import type { Service } from '@tokkyu/rpc'

import { type Arguments, UsageError } from '../command.ts'

type Values = Arguments['values']

/** What was asked for as text or number, checked. */
export function deadlineOf(values: Values): number {
  const deadline = Number(values['deadline'] ?? 10_000)
  if (deadline > 0 && deadline < 2 ** 31) return deadline
  throw new UsageError('--deadline is a number of milliseconds above 0.')
}

/** Folders in which imports are looked for besides. */
export function includedFolders(values: Values): string[] {
  return typeof values['include'] === 'string' ? [values['include']] : []
}

/** A service, as its schema or the server describes it; 64-bit numbers are text, as in protobuf's JSON. */
export async function serviceOf(address: string, name: string, values: Values): Promise<Service> {
  const { loadService, reflect } = await import('@tokkyu/rpc')
  if (typeof values['proto'] === 'string') {
    return loadService(values['proto'], name, {
      longs: 'string',
      includeFolders: includedFolders(values),
    })
  }
  const server = await reflect(address, { longs: 'string', deadline: deadlineOf(values) })
  try {
    return await server.service(name)
  } finally {
    server.close()
  }
}
