import { type Arguments, type Command, UsageError } from '../command.ts'
import { callMethod } from './rpc-call.ts'
import { listMethods } from './rpc-list.ts'
import { writeTypes } from './rpc-types.ts'

const help = `Usage: tokkyu rpc types <file.proto> [--out <file>] [--longs bigint|string|number]
       tokkyu rpc list <file.proto or address> [service]
       tokkyu rpc call <address> <service>/<method> [json, or - for standard input]

  types               write the TypeScript types of a schema
  list                show services and their methods
  call                call a method and print its responses, a line of JSON each;
                      many requests are a line of JSON each on standard input

  --out <file>        write the types there (default: standard output)
  --longs <type>      what 64-bit numbers are in the types (default: bigint)
  --proto <file>      the schema of what is called (default: the server's reflection)
  --include <folder>  where imports are looked for besides
  --metadata <a=b>    sent along with the call; may be repeated
  --deadline <ms>     how long to wait for the server (default: 10000)

An address is host:port or unix:/path of a server of @tokkyu/rpc, or grpc://host:port of any
server of gRPC, for which the package @grpc/grpc-js is needed.
Exit codes: 0 done, 1 failed (with the status of the call), 2 not understood.`

const actions: Readonly<Record<string, (args: Arguments) => Promise<number>>> = {
  types: writeTypes,
  list: listMethods,
  call: callMethod,
}

export const rpc: Command = {
  summary: 'types of a schema, list and call services',
  help,
  options: {
    out: { type: 'string' },
    longs: { type: 'string' },
    proto: { type: 'string' },
    include: { type: 'string' },
    metadata: { type: 'string', multiple: true },
    deadline: { type: 'string' },
  },
  async run({ values, positionals: [action = '', ...positionals] }: Arguments): Promise<number> {
    if (!Object.hasOwn(actions, action)) {
      throw new UsageError(`Which of types, list and call?\n\n${help}`)
    }
    return actions[action]!({ values, positionals })
  },
}
