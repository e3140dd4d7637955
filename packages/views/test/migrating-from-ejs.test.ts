import { readFileSync } from 'node:fs'
import path from 'node:path'

import { createEngine } from '@tokkyu/views'
import ejs from '@tokkyu/views/ejs'
import peer from 'ejs'
import { describe, expect, it } from 'vitest'

import { folder } from './folder.ts'

const page = readFileSync(
  path.join(import.meta.dirname, '../../../docs/migrating-from-ejs.md'),
  'utf8',
)

/** A fenced block of the page: "```ejs name.ejs" is a file, "```ejs door" a template for the door. */
interface Block {
  readonly heading: string
  readonly language: string
  readonly word: string
  readonly text: string
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  let heading = ''
  for (const found of markdown.matchAll(/^#+ (.*)$|^```(\w+) ?(\S*)\n([^]*?)^```$/gm)) {
    const [, title, language, word = '', text = ''] = found
    if (title !== undefined) heading = title
    else if (language !== undefined) blocks.push({ heading, language, word, text })
  }
  return blocks
}

/** A template of the page with what is said to be printed for it. */
interface Example {
  readonly name: string
  readonly template: string
  readonly data: () => object
  readonly files: Readonly<Record<string, string>>
  readonly isForDoor: boolean
  readonly ours: string
  /** Undefined where the page only says what we print. */
  readonly theirs: string | undefined
}

function examplesOf(blocks: readonly Block[]): Example[] {
  const examples: Example[] = []
  let files: Record<string, string> = {}
  blocks.forEach(({ heading, language, word, text }, i) => {
    if (heading !== blocks[i - 1]?.heading) files = {}
    if (language !== 'ejs') return
    if (word.endsWith('.ejs')) {
      files = { ...files, [word]: text }
      return
    }
    const printed = blocks[i + 1]
    const [, data] = /^<%# (.*) -%>\n/.exec(text) ?? []
    if (data === undefined || !printed || !['diff', 'html'].includes(printed.language)) {
      throw new Error(`Neither data nor output under "${heading}":\n${text}`)
    }
    const lines = printed.text.split('\n').slice(0, -1)
    const side = (other: string): string =>
      lines
        .filter((line) => !line.startsWith(other))
        .map((line) => line.slice(1))
        .join('\n')
    examples.push({
      name: `${heading}: ${text.split('\n')[1]}`,
      template: text,
      // oxlint-disable-next-line typescript/no-implied-eval -- the page's own data
      data: new Function(`return (${data})`) as () => object,
      files,
      isForDoor: word === 'door',
      ours: printed.language === 'html' ? lines.join('\n') : side('-'),
      theirs: printed.language === 'html' ? undefined : side('+'),
    })
  })
  return examples
}

const examples = examplesOf(blocksOf(page))

describe('the page about coming from EJS', () => {
  it('has an example for each kind of change', () => {
    expect(examples.length).toBeGreaterThan(30)
    expect(examples.filter(({ isForDoor }) => isForDoor)).toHaveLength(3)
  })

  it.each(examples)('says what is printed: $name', async (example) => {
    const { template, data, files, isForDoor, ours, theirs } = example
    const root = folder({ ...files, 'page.ejs': template })
    const filename = path.join(root, 'page.ejs')
    const globals = new Set(Object.keys(globalThis))
    const printed = isForDoor
      ? ejs.render(template, data(), { filename })
      : createEngine({ roots: root, extension: '.ejs' }).render('page', data())
    expect((await printed).trimEnd()).toBe(ours)
    if (theirs === undefined) return
    const html: string = peer.render(template, data(), { filename })
    for (const name of Object.keys(globalThis)) {
      if (!globals.has(name)) Reflect.deleteProperty(globalThis, name) // EJS has made it
    }
    expect(html.trimEnd()).toBe(theirs)
  })

  const refused: [code: string, template: string, data?: object][] = [
    [
      'TEMPLATE_RAW_LEAVES_PLACE',
      '<script>a = <%- JSON.stringify(x) %></script>',
      { x: '</script>' },
    ],
    ['TEMPLATE_CONTEXT', '<script>tag`a<%= x %>`</script>'],
    ['TEMPLATE_CONTEXT', '<script>object.<%= x %></script>'],
    ['TEMPLATE_CONTEXT', '<script>var <%= x %></script>'],
    ['TEMPLATE_CONTEXT', '<script><%= x %>()</script>'],
    [
      'TEMPLATE_CONTEXT',
      "<script>[<% list.forEach((y, i) => { %><%= i ? ',' : '' %><%= y %><% }) %>]</script>",
      { list: [1] },
    ],
    ['TEMPLATE_CONTEXT', '<script>// <%= x %>\n</script>'],
    ['TEMPLATE_CONTEXT', '<script>a = /<%= x %>/</script>'],
    ['TEMPLATE_CONTEXT', '<style>/* <%= x %> */</style>'],
    ['TEMPLATE_CONTEXT', '<script type="text/x-of-yours"><%= x %></script>'],
    ['TEMPLATE_CONTEXT', '<script type="<%= x %>">a = <%= x %></script>'],
    ['TEMPLATE_UNPRINTABLE', '<script>a = <%= x %></script>', { x: 1n }],
    ['TEMPLATE_UNPRINTABLE', '<%= x %>', { x: Symbol('s') }],
    ['TEMPLATE_UNPRINTABLE', '<%= x %>', { x: Promise.resolve() }],
    ['TEMPLATE_CONTEXT', '<a href="javascript:f(<%= x %>)">'],
    ['TEMPLATE_UNSAFE_NAME', '<div <%= x %>>', { x: 'a="b"' }],
    ['TEMPLATE_UNSAFE_NAME', "<option<%= x ? ' selected' : '' %>>"],
    ['TEMPLATE_CONTEXT', '<<%= x %>>'],
    ['TEMPLATE_CONTEXT', '<p class="'],
    ['TEMPLATE_CONTEXT', '<% with (x) { f = () => { %>a<% } } %>'],
    ['TEMPLATE_OUTSIDE_ROOTS', "<%- include('../../x') %>"],
    ['TEMPLATE_NOT_FOUND', "<%- include('/srv/views/nav') %>"],
  ]

  it.each(refused)('says what is an error, and its code: %s for %s', (code, template, data) => {
    const root = folder({ 'page.ejs': template })
    const engine = createEngine({ roots: root, extension: '.ejs' })
    expect(page).toContain(code)
    expect(() => engine.render('page', { x: 'x', ...data })).toThrow(
      expect.objectContaining({ code }),
    )
  })
})
