// A docstring as Markdown: the text, then what its tags say.

const TITLES = {
  default: 'Default',
  param: 'Parameter',
  returns: 'Returns',
  throws: 'Throws',
  see: 'See',
  deprecated: 'Deprecated',
}

/** The paragraphs of a docstring. */
export function markdownOf(docstring) {
  if (docstring === undefined) return []
  const lines = docstring.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
  const parts = []
  let part = { tag: 'text', lines: [] }
  for (const line of lines) {
    const tag = /^\s*@(\w+)\s?(.*)$/.exec(line)
    // A docstring of one line may end with an example.
    const inline = tag ? null : /^(.*\S)\s+@example\s+(.+?)\s*$/.exec(line)
    if (tag || inline) {
      if (inline) part.lines.push(inline[1])
      parts.push(part)
      part = { tag: tag ? tag[1] : 'example', lines: [tag ? tag[2] : inline[2]] }
    } else part.lines.push(line)
  }
  parts.push(part)
  return parts.map(write).filter(Boolean)
}

function write({ tag, lines }) {
  const text = lines.join('\n').replace(/^\n+|\s+$/g, '')
  if (text.trim() === '') return ''
  if (tag === 'text') return linked(text.replace(/^ /, ''))
  if (tag === 'example') return `\`\`\`ts\n${outdented(text)}\n\`\`\``
  const title = TITLES[tag] ?? tag
  const said = linked(text.replaceAll(/\n\s*/g, ' ').trim())
  if (tag === 'param') {
    const [, name, rest] = /^(\S+)\s*(?:- )?(.*)$/s.exec(said)
    return `*${title}* \`${name}\`: ${rest}`
  }
  return `*${title}*: ${said}`
}

function linked(text) {
  return text.replaceAll(
    /\{@link (\S+?)(?:\s*\|\s*([^}]+))?\}/g,
    (_, name, label) => `\`${label ?? name}\``,
  )
}

function outdented(text) {
  const depth = Math.min(
    ...text
      .split('\n')
      .filter((line) => line.trim())
      .map((line) => line.search(/\S/)),
  )
  return text
    .split('\n')
    .map((line) => line.slice(depth))
    .join('\n')
}
