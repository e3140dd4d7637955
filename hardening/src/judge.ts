import type { Answer, Conversation, Expectation, Status } from './attack.ts'
import { fieldOf } from './read-answers.ts'

/** A trace of the program in an answer tells an attacker where to look on (CWE-209). */
const STACK = /\n\s+at .+:\d+:\d+|node_modules/

/** @returns what was seen against the expectation, in words; nothing when all is right. */
export function faultsOf(seen: Conversation, expect: Expectation): string[] {
  const { answers, received, closed } = seen
  const last = answers.at(-1)
  const faults: string[] = []
  if (expect.status && !expect.status.some((each) => fits(each, seen)))
    faults.push(`${outcomeOf(seen)} instead of ${expect.status.join(' or ')}`)
  if (expect.answers !== undefined && answers.length > expect.answers)
    faults.push(`${answers.length} answers instead of ${expect.answers}`)
  if (expect.closed !== undefined && expect.closed !== closed)
    faults.push(closed ? 'the connection was closed' : 'the connection was kept')
  for (const text of [STACK, ...(expect.absent ?? [])])
    if (has(received, text)) faults.push(`the answer holds ${String(text)}`)
  for (const text of expect.present ?? [])
    if (!has(last?.body ?? '', text)) faults.push(`the body lacks ${String(text)}`)
  if (last) faults.push(...fieldFaults(last, expect))
  return faults
}

/** Whether nothing came within the time although something had to. */
export function isSilent({ answers, closed }: Conversation, { status = [] }: Expectation): boolean {
  return !closed && !answers.some(({ complete }) => complete) && !status.includes('open')
}

function fieldFaults(answer: Answer, { noField = [], field = {} }: Expectation): string[] {
  const present = noField.filter((name) => fieldOf(answer, name) !== undefined)
  const unfit = Object.entries(field).filter(
    ([name, pattern]) => !pattern.test(fieldOf(answer, name) ?? ''),
  )
  return [
    ...present.map((name) => `the answer has the field ${name}: ${fieldOf(answer, name)}`),
    ...unfit.map(([name]) => `the field ${name} is ${fieldOf(answer, name) ?? 'absent'}`),
  ]
}

function fits(status: Status, { answers: [first], closed }: Conversation): boolean {
  if (status === 'none') return first === undefined && closed
  if (status === 'open') return first === undefined && !closed
  if (first === undefined) return false
  if (typeof status === 'number') return first.status === status
  return String(first.status).startsWith(status.charAt(0))
}

function outcomeOf({ answers: [first], closed }: Conversation): string {
  if (first) return String(first.status)
  return closed ? 'closed without an answer' : 'no answer'
}

function has(text: string, what: string | RegExp): boolean {
  return typeof what === 'string' ? text.includes(what) : what.test(text)
}
