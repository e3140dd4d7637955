import { type AnyNode, parse } from 'acorn'

import type { Template } from '../language/analyse.ts'
import { eachChild } from '../language/walk.ts'
import type { GeneratedProgram } from '../output/program.ts'
import { TemplateSyntaxError } from '../source/errors.ts'
import { offsetOf } from '../source/source-map.ts'
import type { Source } from '../source/source.ts'

/**
 * A program that was written for a script, as it can stand in a module.
 *
 * @throws {TemplateSyntaxError} TEMPLATE_SYNTAX for what strict code or a module cannot be.
 */
export function asModule(source: Source, program: GeneratedProgram): GeneratedProgram {
  const { mark, segments } = program
  const lead = `(${mark})=>{`
  try {
    const body = withoutHtmlComments(`${lead}${program.body}\n}`).slice(lead.length, -2)
    parse(`${lead}${body}\n}`, { ecmaVersion: 'latest', sourceType: 'module' })
    return { ...program, body }
  } catch (error) {
    const { message, loc } = error as SyntaxError & { loc: { line: number; column: number } }
    // The program has one line before those of the template, where `new Function` has three.
    const start = offsetOf(segments, loc.line + 2, loc.column + 1) ?? 0
    throw refusal(source, start, start + 1, message.replace(/ \(\d+:\d+\)$/, ''))
  }
}

/** `<!--` and `-->` begin comments in a script (ECMAScript, B.1.1), and are operators in a module. */
function withoutHtmlComments(script: string): string {
  if (!/<!--|-->/.test(script)) return script
  let text = script
  const onComment = (isBlock: boolean, _text: string, start: number): void => {
    const [begin] = /^(?:<!--|-->)/.exec(script.slice(start, start + 4)) ?? []
    if (isBlock || begin === undefined) return
    const comment = '//'.padEnd(begin.length)
    text = text.slice(0, start) + comment + text.slice(start + begin.length)
  }
  parse(script, { ecmaVersion: 'latest', sourceType: 'script', onComment })
  return text
}

/** In its own words: the parser would speak of the program that looks names up. */
export function refuseWith({ source, program, hasWith }: Template): void {
  if (!hasWith || !program) return
  const visit = (node: AnyNode): void => {
    if (node.type === 'WithStatement') {
      throw refusal(source, node.start, node.start + 'with'.length, "'with' in strict mode")
    }
    eachChild(node, visit)
  }
  visit(program)
}

function refusal(source: Source, start: number, end: number, why: string): TemplateSyntaxError {
  const reason = `This cannot be an ES module: ${why}`
  return new TemplateSyntaxError('TEMPLATE_SYNTAX', reason, source, { start, end })
}
