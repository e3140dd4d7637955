import { type Arguments, type Command, UsageError } from '../command.ts'
import { auditFolders } from './views-audit.ts'
import { checkViews } from './views-check.ts'
import { compileViews } from './views-compile.ts'
import type { ViewsTask } from './views-task.ts'

const tasks: Readonly<Record<string, (task: ViewsTask) => Promise<number>>> = {
  compile: compileViews,
  check: checkViews,
  audit: auditFolders,
}

export const views: Command = {
  summary: 'compile templates to modules, check their types, audit what they print raw',
  help: `Usage: tokkyu views compile [folders] --out <folder> [options]
       tokkyu views check [folders] [options]
       tokkyu views audit [folders] [options]

  --out <folder>      where the modules go (compile)
  --no-source-maps    no maps, and no text of the templates in the modules (compile)
  --watch             again at each change
  --extension <.ext>  of the templates (.html)
  --escape-by <how>   context (as it is without) or html
  --trust <functions> whose results may be printed raw, with commas between: markdown,md.render (audit)
  --json              for programs

compile writes each template as an ES module with its types: only what changed, and what includes it.
createEngine({ compiled: <folder> }) serves them. check has the project's own tsc look at the templates
that declare their data in <%# @types … %>, and lists those that do not. audit lists each <%- %>, and
with --escape-by html each <%= %> that stands where EJS's escaping is not enough: what it prints, from
where, and why that is safe or not; <%# @raw why %> right before a tag accepts one that is not. The
folder of the templates is views unless named; of several the first one that has a template wins.
Ends with 1 when something is wrong.`,
  options: {
    out: { type: 'string' },
    'no-source-maps': { type: 'boolean' },
    watch: { type: 'boolean' },
    extension: { type: 'string' },
    'escape-by': { type: 'string' },
    trust: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run({ values, positionals }: Arguments): Promise<number> {
    const [name = '', ...folders] = positionals
    const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined
    if (!task) throw new UsageError(`What is to be done with the views?\n\n${views.help}`)
    const { extension, 'escape-by': escapeBy } = values
    return task({
      values,
      options: {
        roots: folders.length > 0 ? folders : ['views'],
        ...(typeof extension === 'string' && { extension }),
        // The engine refuses any other word, and names those that there are.
        ...(typeof escapeBy === 'string' && { escapeBy: escapeBy as 'context' | 'html' }),
      },
    })
  },
}
