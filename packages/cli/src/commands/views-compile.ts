import type { ModulesWritten } from '@tokkyu/views/modules'

import { UsageError } from '../command.ts'
import type { ViewsTask } from './views-task.ts'
import { watchFolders } from './views-watch.ts'

/** `tokkyu views compile` */
export async function compileViews({ options, values }: ViewsTask): Promise<number> {
  const { out, json } = values
  if (typeof out !== 'string' || out === '') {
    throw new UsageError('Where do the modules go? Name a folder: --out <folder>')
  }
  const { moduleWriter } = await import('@tokkyu/views/modules')
  const writer = moduleWriter(out, { ...options, sourceMaps: !values['no-source-maps'] })
  const write = (): number => {
    const began = performance.now()
    const result = writer.write()
    const text = json ? asJson(result) : asText(result, performance.now() - began)
    if (text !== '') console.log(text)
    return result.failures.length > 0 ? 1 : 0
  }
  const code = write()
  if (!values['watch']) return code
  await watchFolders(options.roots, write)
  return 0
}

function asText({ written, kept, removed, failures, missing }: ModulesWritten, ms: number): string {
  const lines = failures.map(({ message, includeStack }) =>
    [message, ...includeStack.map((from) => `    included from ${from}`)].join('\n'),
  )
  for (const { template, name } of missing) {
    lines.push(`${template} includes ${JSON.stringify(name)}, which is not there`)
  }
  const counts = `${written.length} written, ${kept} as they were, ${removed.length} removed`
  return [...lines, `${counts} (${ms.toFixed(0)} ms)`].join('\n')
}

function asJson({ failures, ...result }: ModulesWritten): string {
  const told = failures.map(({ path, line, column, code, reason }) => {
    return { path, line, column, code, reason }
  })
  return JSON.stringify({ ...result, failures: told })
}
