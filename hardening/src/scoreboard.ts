import type { Verdict } from './ask.ts'
import { classes, type AttackClass } from './attack.ts'
import type { Result } from './run.ts'

/** One server's results: a column of the table. */
export interface Column {
  readonly title: string
  readonly results: readonly Result[]
}

/** How often each verdict was given; `asked` leaves out what was n/a. */
export type Count = Readonly<Record<Verdict, number>> & { readonly asked: number }

/** The scoreboard as a table of Markdown, a row for each class that was asked, and one for all. */
export function scoreboard(columns: readonly Column[]): string {
  const rows = classesOf(columns).map((kind) => [
    classes[kind],
    ...columns.map(({ results }) => cell(countOf(results, kind))),
  ])
  return table([
    ['', ...columns.map(({ title }) => title)],
    ...rows,
    ['**all**', ...columns.map(({ results }) => `**${cell(countOf(results))}**`)],
    ['longest that an honest client waited', ...columns.map(({ results }) => longest(results))],
  ])
}

/** What was not right, as a list of Markdown, each with its rule. */
export function faultList(results: readonly Result[]): string {
  return results
    .flatMap(({ attack, outcome }) =>
      outcome === 'n/a' || outcome.verdict === 'right'
        ? []
        : [
            `- \`${attack.id}\`, ${attack.name} (${attack.rule}): ${outcome.verdict}, ${outcome.faults.map(brief).join('; ')}`,
          ],
    )
    .join('\n')
}

export function classesOf(columns: readonly Column[]): AttackClass[] {
  const asked = new Set(columns.flatMap(({ results }) => results.map(({ attack }) => attack.class)))
  return (Object.keys(classes) as AttackClass[]).filter((kind) => asked.has(kind))
}

export function countOf(results: readonly Result[], kind?: AttackClass): Count {
  const count = { right: 0, wrong: 0, crash: 0, hang: 0, asked: 0 }
  for (const { attack, outcome } of results) {
    if (outcome === 'n/a' || (kind !== undefined && attack.class !== kind)) continue
    count[outcome.verdict] += 1
    count.asked += 1
  }
  return count
}

function cell({ asked, right, ...rest }: Count): string {
  if (asked === 0) return 'n/a'
  const others = Object.entries(rest).filter(([, times]) => times > 0)
  return [`${right} of ${asked}`, ...others.map(([verdict, times]) => `${times} ${verdict}`)].join(
    ', ',
  )
}

function longest(results: readonly Result[]): string {
  const waits = results.map(({ outcome }) => (outcome === 'n/a' ? 0 : outcome.honest))
  const most = Math.max(0, ...waits)
  return most === Infinity ? 'in vain' : `${Math.round(most)} ms`
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function brief(fault: string): string {
  const text = fault.replaceAll(/[^\x20-\x7e]/g, '�')
  return text.length > 120 ? `${text.slice(0, 120)} …` : text
}
