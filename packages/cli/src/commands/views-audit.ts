import type { RawOutput, ViewsAudited } from '@tokkyu/views/modules'

import type { ViewsTask } from './views-task.ts'

/** `tokkyu views audit` */
export async function auditFolders({ options, values }: ViewsTask): Promise<number> {
  const { auditViews } = await import('@tokkyu/views/modules')
  const { trust, json } = values
  const trusted = typeof trust === 'string' ? trust.split(',').map((name) => name.trim()) : []
  const audited = auditViews({ ...options, trusted })
  console.log(json ? JSON.stringify(audited) : asText(audited))
  const isUnsafe = audited.outputs.some(({ verdict }) => verdict === 'unsafe')
  return isUnsafe || audited.failures.length > 0 ? 1 : 0
}

function asText({ outputs, computed, failures }: ViewsAudited): string {
  const lines = failures.map(
    ({ path, line, column, frame, message }) =>
      `${path}:${line}:${column} does not compile\n${frame}\n\n${message}\n`,
  )
  lines.push(...outputs.map(rowText))
  for (const { path, line, column } of computed) {
    lines.push(`${path}:${line}:${column} leads to a template whose name is computed: to any`)
  }
  const count = (verdict: RawOutput['verdict']): string =>
    `${outputs.filter((each) => each.verdict === verdict).length} ${verdict}`
  const counts = [count('safe'), count('accepted'), count('unsafe')].join(', ')
  return [...lines, `${outputs.length} raw outputs: ${counts}`].join('\n')
}

function rowText({ path, line, column, verdict, tag, contexts, why, ...row }: RawOutput): string {
  const text = tag.replace(/\s+/g, ' ')
  const head = `${path}:${line}:${column} ${verdict} ${text} in ${contexts.join(', in ')}: ${why}`
  if (verdict === 'safe') return head
  const callers = row.callers.map((caller) => {
    const gives = caller.gives.length > 0 ? ` with ${caller.gives.join(', ')}` : ''
    return `  by the ${caller.how} at ${caller.path}:${caller.line}:${caller.column}${gives}`
  })
  const [page, ...others] = row.pages
  const isOnlyItself = page === path && others.length === 0
  const pages = isOnlyItself || !page ? [] : [`  reached from ${row.pages.join(', ')}`]
  const frame = verdict === 'unsafe' ? [row.frame, ''] : []
  return [head, ...callers, ...pages, ...frame].join('\n')
}
