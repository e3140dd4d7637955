import type { ViewsChecked } from '@tokkyu/views/modules'

import type { ViewsTask } from './views-task.ts'
import { watchFolders } from './views-watch.ts'

/** `tokkyu views check` */
export async function checkViews({ options, values }: ViewsTask): Promise<number> {
  const { viewsChecker } = await import('@tokkyu/views/modules')
  const checker = viewsChecker(options)
  let began = performance.now()
  const tell = (result: ViewsChecked): void => {
    const ms = performance.now() - began
    console.log(values['json'] ? JSON.stringify(result) : asText(result, ms))
  }
  if (!values['watch']) {
    const result = await checker.check()
    tell(result)
    return result.faults.length > 0 ? 1 : 0
  }
  const watch = checker.watch(tell, (error) => console.error(error.message))
  await watchFolders(options.roots, () => {
    began = performance.now()
    watch.change()
  })
  watch.close()
  return 0
}

function asText({ faults, typed, untyped }: ViewsChecked, ms: number): string {
  const lines = faults.map(
    ({ path, line, column, code, message, frame }) =>
      `${path}:${line}:${column} ${code}\n${frame}\n\n${message}\n`,
  )
  for (const { template, names, type, unknown } of untyped) {
    if (names.length === 0) lines.push(`${template} declares nothing, and takes nothing`)
    else lines.push(`${template} declares nothing; from its use:`, `type Data = ${type}`)
    if (unknown.length > 0) lines.push(`  of which nothing is known: ${unknown.join(', ')}`)
  }
  const counts = `${faults.length} faults, ${typed.length} declared, ${untyped.length} not`
  return [...lines, `${counts} (${ms.toFixed(0)} ms)`].join('\n')
}
