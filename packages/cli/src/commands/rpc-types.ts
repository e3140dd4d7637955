import { writeFile } from 'node:fs/promises'

import { type Arguments, UsageError } from '../command.ts'
import { includedFolders } from './rpc-schema.ts'

const kinds = ['bigint', 'string', 'number'] as const

/** `tokkyu rpc types`: writes the types of a schema. */
export async function writeTypes({ values, positionals }: Arguments): Promise<number> {
  const [file, ...rest] = positionals
  if (file === undefined || rest.length > 0) throw new UsageError('Name one .proto file.')
  const longs = kinds.find((each) => each === (values['longs'] ?? 'bigint'))
  if (!longs) throw new UsageError(`--longs is one of ${kinds.join(', ')}.`)
  const { schemaTypes } = await import('@tokkyu/rpc')
  const types = await schemaTypes(file, { longs, includeFolders: includedFolders(values) })
  if (typeof values['out'] === 'string') await writeFile(values['out'], types)
  else process.stdout.write(types)
  return 0
}
