import type { Statement, Value } from './parts.ts'

export interface Style {
  /** What ends a statement. */
  readonly ends: 'semicolons' | 'lines' | 'both'
  /** Whether text and other tags stand between statements. */
  readonly tags: 'one' | 'many'
  readonly isAsync: boolean
}

/** Names that a statement can see. */
interface Scope {
  readonly values: string[]
  readonly targets: string[]
  readonly functions: string[]
  readonly canAwait: boolean
}

/** Where a list of statements stands: between its statements text may be printed or not. */
type Room = 'tags' | 'code'

/** Numbers that follow from one. */
class Choices {
  private state: number
  constructor(pick: number) {
    this.state = pick
  }
  below(count: number): number {
    const chosen = this.state % count
    this.state = (Math.imul(this.state ^ (this.state >>> 15), 0x2c1b_3c6d) + 0x5bd1) & 0x7fff_ffff
    return chosen
  }
  of<const T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T
  }
}

/** Prints a program as a template that shows at its end what it has computed. */
export function printProgram(program: readonly Statement[], style: Style): string {
  return new Printer(style).template(program)
}

class Printer {
  private readonly style: Style
  private count = 0

  constructor(style: Style) {
    this.style = style
  }

  template(list: readonly Statement[]): string {
    const scope: Scope = {
      values: ['n', 'm', 'text'],
      targets: ['n', 'm'],
      functions: ['f'],
      canAwait: this.style.isAsync,
    }
    const code = this.list(list, scope, this.style.tags === 'many' ? 'tags' : 'code')
    const end = `<%= show([${[...scope.values, 'list', 'obj', 'log'].join(', ')}]) %>`
    return `<% ${code} %>\n${end}`
  }

  private name(letter: string): string {
    return `${letter}${++this.count}`
  }

  /** Statements, each ended as the style has it. */
  private list(list: readonly Statement[], scope: Scope, room: Room): string {
    let code = ''
    for (const [i, statement] of list.entries()) {
      const choices = new Choices(statement.pick ^ 0x55)
      let text = this.statement(statement, scope, room)
      if (/^[[(`/+-]/.test(text) && this.style.ends !== 'semicolons' && choices.below(3) > 0) {
        text = `;${text}`
      }
      code += text
      const isLast = i === list.length - 1
      if (isLast && choices.below(3) > 0) continue
      code += this.end(choices, room, /(?:^|[^>=] ?)\}$/.test(text) || statement.kind === 'doWhile')
    }
    return code
  }

  private end(choices: Choices, room: Room, isClosed: boolean): string {
    if (room === 'tags' && choices.below(3) === 0) {
      return choices.of([
        ' %>text<% ',
        ' %><% ',
        '\n%>\n<%\n',
        ' -%>\n<% ',
        '; %>a\n  <%_ ',
        '\n_%>  \n b<% ',
        ' // c %>,<% ',
        ' /* c */ %><%# none %>.<% /* c */ ',
      ])
    }
    if (isClosed && choices.below(3) === 0) return choices.of([' ', '\n', '/* c */', '\n\n'])
    const withSemicolon = choices.of([';', '; ', ';\n', '; /* c */ ', ' ; // c\n', '\n;'])
    const withoutSemicolon = choices.of([
      '\n',
      '\n\n  ',
      ' // c\n',
      ' /* c\n */ ',
      '\n/* c */ ',
      '\r\n',
      '\u2028',
      '\n// c\n  ',
      ' <!-- c\n',
      '\n--> c\n',
    ])
    const { ends } = this.style
    if (ends === 'both') return choices.below(2) === 0 ? withSemicolon : withoutSemicolon
    return ends === 'semicolons' ? withSemicolon : withoutSemicolon
  }

  private statement(
    { kind, pick: start, values, lists }: Statement,
    scope: Scope,
    room: Room,
  ): string {
    const choices = new Choices(start)
    const value = (i: number): string => this.value(values[i] as Value, scope)
    const inner = (i: number, more: Partial<Scope> = {}, where = room): string => {
      const own: Scope = {
        values: [...scope.values, ...(more.values ?? [])],
        targets: [...scope.targets],
        functions: [...scope.functions],
        canAwait: more.canAwait ?? scope.canAwait,
      }
      return this.list(lists[i] as Statement[], own, where)
    }
    const block = (i: number, more?: Partial<Scope>, where?: Room): string =>
      `{ ${inner(i, more, where)} }`
    // A body without braces is one statement, and is not a declaration but once in a while.
    const body = (i: number, before: string): string => {
      const first = lists[i]?.[0] as Statement
      const isDeclaration = /^(?:declare|destructure|while|doWhile)/.test(first.kind)
      if (choices.below(2) === 0 || (isDeclaration && choices.below(8) > 0)) {
        return `${before} ${block(i)}`
      }
      const own = { ...scope, values: [...scope.values], functions: [...scope.functions] }
      const where = choices.below(10) === 0 ? room : 'code'
      return `${before}${choices.of([' ', '\n'])}${this.statement(first, own, where)}`
    }
    const printing = choices.below(4) === 0 ? room : 'code'
    switch (kind) {
      case 'declare': {
        const word = choices.of(['const', 'let', 'var'])
        const [a, b] = [this.name('v'), this.name('v')]
        const text = `${word}${choices.of([' ', '\n'])}${a} = ${value(0)}`
        const more = choices.below(2) === 0 ? '' : `${choices.of([', ', ',\n'])}${b} = ${value(1)}`
        scope.values.push(a)
        if (word !== 'const') scope.targets.push(a)
        if (more) scope.values.push(b)
        return text + more
      }
      case 'declareEmpty': {
        const name = this.name('e')
        scope.values.push(name)
        scope.targets.push(name)
        return `${choices.of(['let', 'var'])} ${name}`
      }
      case 'declareArrow': {
        const name = this.name('h')
        const isAsync = choices.below(6) === 0
        const more = { values: ['x'], canAwait: isAsync }
        const arrow = `${choices.of(['const', 'let', 'var'])} ${name} = ${isAsync ? 'async ' : ''}(x) =>`
        const made =
          choices.below(2) === 0
            ? `${arrow} ${this.value(values[0] as Value, { ...scope, ...more, values: [...scope.values, 'x'] })}`
            : `${arrow} ${this.functionBody(block(0, more, printing), choices, this.value(values[0] as Value, { ...scope, canAwait: isAsync }))}`
        scope.functions.push(name)
        return made
      }
      case 'declareFunction': {
        const name = this.name('h')
        const [word, canAwait, isGenerator] = choices.of([
          ['function', false, false],
          ['function', false, false],
          ['async function', true, false],
          ['function*', false, true],
        ])
        const list = block(0, { values: ['x', 'y'], canAwait }, printing)
        const result = this.value(values[0] as Value, { ...scope, canAwait })
        const yields = isGenerator ? `{ yield\n${result};${list.slice(1)}` : list
        const made = this.functionBody(yields, choices, result)
        scope.functions.push(name)
        return `${word} ${name}(x, y = ${choices.of(['n', '[n]', 'f(m)'])}) ${made}`
      }
      case 'declareClass': {
        const name = this.name('K')
        const end = choices.of([';', '\n', ';\n', ' // c\n'])
        const own = { ...scope, canAwait: false }
        const [a, b, c] = values.map((each) => this.value(each, own)) as [string, string, string]
        const list = block(0, { canAwait: false }, 'code')
        const made =
          `class ${name} ${choices.of(['', 'extends Box '])}{ ${choices.of(['a', '[text]', 'static a', '#a'])} = ${a}${end}` +
          `b${choices.of([';', '\n'])}c = ${b}${end}` +
          `m(x) { return ${c} }${choices.of(['', ';', '\n'])}get g() { return ${choices.of(['n', 'f(n)'])} }` +
          `${choices.below(3) === 0 ? `static ${list}` : ''}}`
        scope.functions.push(`new ${name}().m`)
        return made
      }
      case 'destructure': {
        const [a, b] = [this.name('d'), this.name('d')]
        const word = choices.of(['const', 'let', 'var'])
        const pattern = choices.of([
          `[${a}, ${b} = ${value(0)}] = list`,
          `[${a}, ...${b}] = [${value(0)}, ${value(1)}]`,
          `{ a: ${a}, z: ${b} = ${value(0)} } = obj`,
          `{ ${a} = ${value(0)}, [text]: ${b} } = obj`,
        ])
        scope.values.push(a, b)
        return `${word} ${pattern}`
      }
      case 'assign': {
        const target = choices.of([...scope.targets, 'obj.a', 'list[0]', 'obj\n.a'])
        return `${target}${choices.of([' = ', ' +=\n', '\n= '])}${value(0)}`
      }
      case 'swap':
        return choices.of([
          '[n, m] = [m, n]',
          `[n, m = ${value(0)}] = [${value(1)}]`,
          '({ a: n } = obj)',
          '[obj.a, n] = list',
          `({ n, m = ${value(0)} } = { n: ${value(1)} })`,
        ])
      case 'call':
        return `f${choices.of(['', '', '\n', '?.'])}(${value(0)})`
      case 'callOwn': {
        const called = choices.of(scope.functions)
        return `log.push(${called}(${value(0)}))`
      }
      case 'push':
        return `${choices.of(['list', 'log', '(log)', 'obj\n.m(log)'])}.push(${value(0)})`
      case 'each': {
        const printed = `[${value(0)}, ${value(1)}].forEach(${choices.of(['(x) =>', 'function (x)'])} ${block(0, { values: ['x'], canAwait: false }, choices.below(3) === 0 ? room : 'code')})`
        return printed
      }
      case 'invokedFunction': {
        const list = (canAwait: boolean): string => block(0, { canAwait }, 'code')
        if (scope.canAwait && choices.below(3) === 0) return `await (async () => ${list(true)})()`
        return choices.of([
          `(() => ${list(false)})()`,
          `(function () ${list(false)})()`,
          `(function () ${list(false)}())`,
          `!function () ${list(false)}()`,
          `void (() => ${this.functionBody(list(false), choices, '1')})()`,
        ])
      }
      case 'templateFirst':
        return choices.of([`\`a\${f(${value(0)})}\``, `\`\n\${f(${value(0)})}\`.length`])
      case 'regExpFirst':
        return choices.of([`/a/.test(text) && f(${value(0)})`, `/[/(]b?/g.exec(f(${value(0)}))`])
      case 'signFirst':
        return choices.of([
          '++n',
          '--m',
          '+n',
          `-f(${value(0)})`,
          `!f(${value(0)})`,
          `~f(${value(0)})`,
        ])
      case 'step':
        return `${choices.of(scope.targets)}${choices.of(['++', '--'])}`
      case 'wordFirst':
        return `${choices.of(['typeof ', 'void ', 'delete obj.b,\n', 'new Box(n),', 'n in\n', 'this,'])}f(${value(0)})`
      case 'string':
        return choices.of([
          "'use strict'",
          "'a'",
          '7',
          'n',
          'text',
          'debugger',
          'new (class {})().a, n',
        ])
      case 'include':
        return this.include(value(0), scope)
      case 'awaited':
        return scope.canAwait ? `await${choices.of([' ', '\n'])}f(${value(0)})` : `f(${value(0)})`
      case 'if': {
        const first = body(0, `if (${value(0)})`)
        if (choices.below(2) === 0) return first
        const end = first.endsWith('}') ? ' ' : this.end(choices, 'code', false)
        return first + end + body(1, 'else')
      }
      case 'for': {
        const name = this.name('i')
        const head = choices.of([
          `for (let ${name} = 0; ${name} < 2; ${name}++)`,
          `for (const ${name} of [${value(0)}, ${value(1)}])`,
          `for (var ${name} in obj)`,
          `for (n of [...list])`,
          `for (const [${name}] of [[${value(0)}]])`,
          ...(scope.canAwait ? [`for await (const ${name} of [${value(0)}])`] : []),
        ])
        return body(0, head)
      }
      case 'while': {
        const name = this.name('w')
        return `let ${name} = 0;${body(0, `while (${name}++ < 2)`)}`
      }
      case 'doWhile': {
        const name = this.name('w')
        const once = body(0, `let ${name} = 0; do`)
        const end = once.endsWith('}') ? ' ' : this.end(choices, 'code', false)
        return `${once}${end}while (${name}++ < 1)`
      }
      case 'switch': {
        const list = (i: number): string =>
          inner(i) +
          this.end(choices, 'code', false) +
          choices.of(['', `break${this.end(choices, 'code', false)}`])
        return `switch (${choices.of(['n', '3', value(0)])}) { case ${choices.of(['3', 'f(3)', value(1)])}:${choices.of([' ', '\n'])}${list(0)}${choices.of([`default:\n${list(1)}`, ''])}}`
      }
      case 'try': {
        // The engine lets no `finally` block print.
        const tried = `try ${block(0)}`
        const caught = ` catch ${choices.of(['', '(e) '])}${block(1)}`
        return choices.of([
          tried + caught,
          `${tried} finally ${block(2, {}, 'code')}`,
          `${tried}${caught} finally ${block(2, {}, 'code')}`,
        ])
      }
      case 'labelled': {
        const [label, name] = [this.name('l'), this.name('i')]
        const jump = choices.of([`continue ${label}`, `break ${label}`, 'continue', 'break'])
        const list = block(0, { values: [name] })
        const end = this.end(choices, 'code', false)
        return `${label}:${choices.of([' ', '\n'])}for (const ${name} of [1, 2]) { if (${value(0)}) ${jump}${end}${list} }`
      }
      case 'block':
        return block(0)
      case 'throw':
        return `try { throw ${value(0)} } catch (e) { log.push(e) }`
      case 'output':
        if (room === 'code') return `log.push(${value(0)})`
        return ` %>${choices.of(['<%=', '<%-'])}${choices.of([' ', '\n'])}${value(0)}${choices.of(['', ';', ' // c', ' /* c */', '; '])} ${choices.of(['%>', '-%>\n', '_%>\n'])}<% `
      default: // an empty statement
        return choices.of([';', '{}', '/* c */', '// c\n'])
    }
  }

  private functionBody(block: string, choices: Choices, result: string): string {
    const end = this.end(choices, 'code', false)
    const early = choices.of(['', `if (n > 3) return${end}`, `if (n) f(1)${end}else return${end}`])
    const last = choices.of([`return ${result}`, `return (\n${result})`, `return\n${result}`])
    return `{ ${early}${block.slice(1, -1)}${end}${last} }`
  }

  /** With `async: true` EJS makes a promise of every include. */
  private include(value: string, { canAwait }: Scope): string {
    if (!this.style.isAsync) return `include('part', { p: ${value} })`
    return canAwait ? `(await include('part', { p: ${value} }))` : value
  }

  private value({ kind, pick: start, values }: Value, scope: Scope): string {
    const choices = new Choices(start)
    const value = (i: number, more?: Partial<Scope>): string =>
      this.value(values[i] as Value, { ...scope, ...more })
    switch (kind) {
      case 'number':
        return choices.of(['1', '2', '.5', '0'])
      case 'string':
        return choices.of(["'a'", "'b; c'", '`d`'])
      case 'name':
        return choices.of(scope.values)
      case 'member':
        return choices.of(['obj.a', 'list.length', 'list[0]', 'obj?.a', 'text\n.length'])
      case 'call':
        return choices.of([
          `f(${value(0)})`,
          `f\n(${value(0)})`,
          `f?.(${value(0)})`,
          `f(...[${value(0)}])`,
        ])
      case 'method':
        return choices.of([
          `obj.m(${value(0)})`,
          `obj\n  .m(${value(0)})`,
          `list.concat(${value(0)})`,
        ])
      case 'template':
        return choices.of([`\`a\${${value(0)}}b\``, `\`\n\${ ${value(0)}\n}\``])
      case 'tagged':
        return `String.raw\`a\${${value(0)}}\``
      case 'regExp':
        return choices.of([`/a/.test(${value(0)})`, "text.replace(/[/'(]|b/g, 'x')"])
      case 'array':
        return choices.of([`[${value(0)}, ${value(1)}]`, `[...list, ${value(0)}]`])
      case 'object':
        return choices
          .of([
            `{ a: ${value(0)}, n }.a`,
            `{ text, f() { return ${value(0, { canAwait: false })} } }.f()`,
            `{ [text]: ${value(0)}, m }.abc`,
          ])
          .replace(/^.*$/s, '($&)')
          .replace(/\}(\.\w+(?:\(\))?)\)$/, '})$1')
      case 'arrow':
        return `((x) => ${value(0, { canAwait: false, values: [...scope.values, 'x'] })})(${choices.of(['n', '1'])})`
      case 'function':
        return `(function () { return ${value(0, { canAwait: false })} })()`
      case 'conditional':
        return `(${value(0)}${choices.of([' ? ', '\n? '])}${value(1)} : ${value(2)})`
      case 'binary':
        return `(${value(0)}${choices.of([' + ', '\n+ ', ' *\n', ' / ', ' || ', '\n&& ', ' ?? ', ' === '])}${value(1)})`
      case 'unary':
        return choices
          .of([`-${value(0)}`, `!${value(0)}`, `typeof ${value(0)}`])
          .replace(/^--/, '- -')
      case 'assignment':
        return `(${choices.of(['n', 'm'])} = ${value(0)})`
      case 'comma':
        return `(${value(0)},\n${value(1)})`
      case 'await':
        return scope.canAwait ? `(await${choices.of([' ', '\n'])}f(${value(0)}))` : `f(${value(0)})`
      case 'include':
        return this.include(value(0), scope)
      case 'construct':
        return `new Box(${value(0)}).value`
      case 'lines':
        return `${value(0)}${choices.of(['\n+\n', '\n- ', ' -\n', ' +\n'])}${value(1)}`
      default: // a name that may be missing
        return choices.of(['1', '2', '3', '4', 'typeof nowhere', '5', '6', '7', '8', 'nowhere'])
    }
  }
}
