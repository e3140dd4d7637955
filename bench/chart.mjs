// The bars that the README shows: CPU per request on the newest line with long support.
const WIDTH = 640
const LEFT = 225
const ROW = 30
const BAR = 7
const CAP = 6
const SHOWN = ['tokkyu', 'fastify', 'express5']
const KIND = { tokkyu: 'ours', fastify: 'peer', express5: 'express' }

/** @returns an SVG that reads in light and in dark. */
export function chart({ machine, lines }) {
  const { node, scenarios } = lines.findLast(({ lts }) => lts !== undefined) ?? lines.at(-1)
  const groups = Object.entries(scenarios)
  const bottom = 62 + groups.length * ROW
  const rows = groups.map(([id, { name, subjects }], i) => {
    const y = 56 + i * ROW
    const shown = SHOWN.map((subject) => subjects.find((each) => each.subject === subject))
    const bars = shown.map((each, at) => (each ? bar(each, y + at * (BAR + 1)) : ''))
    return `<text x="${LEFT - 10}" y="${y + 15}" text-anchor="end">${text(`${id} ${name}`)}</text>${bars.join('')}`
  })
  const floor = LEFT + scale(1)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom}" font-family="system-ui, sans-serif" font-size="11">
<style>
text { fill: #24292f } .title { font-weight: 600 } .figure { font-size: 8px } .peer { fill: #8c959f } .ours { fill: #0969da } .express { fill: #d0d7de } line { stroke: #cf222e }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .peer { fill: #6e7681 } .ours { fill: #58a6ff } .express { fill: #30363d } line { stroke: #ff7b72 } }
</style>
<text class="title" x="16" y="20" font-size="13">Server CPU per request, × hand-written node:http (shorter is better)</text>
<text x="16" y="38"><tspan class="ours">■</tspan> Tokkyu, defaults <tspan class="peer">■</tspan> Fastify <tspan class="express">■</tspan> Express 5 · ${text(machine.cpu)}, ${machine.cores} cores, Node ${text(node)}</text>
<line x1="${floor}" x2="${floor}" y1="50" y2="${bottom - 8}" />
${rows.join('\n')}
</svg>
`
}

function bar({ subject, cpu }, y) {
  const width = scale(Math.min(cpu.median, CAP))
  const figure = `${cpu.median.toFixed(2)}${cpu.median > CAP ? ' …' : ''}`
  return `<rect class="${KIND[subject]}" x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}"/><text class="figure" x="${LEFT + width + 4}" y="${y + BAR}">${figure}</text>`
}

function scale(ratio) {
  return (ratio / CAP) * (WIDTH - LEFT - 50)
}

function text(value) {
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
