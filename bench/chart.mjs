// The bars that the README shows: CPU per request, as a multiple of bare node:http.
const WIDTH = 860
const LEFT = 150
const BAR = 13
const CAP = 8

/** @returns an SVG that reads in light and in dark. */
export function chart({ machine, scenarios }) {
  const groups = Object.entries(scenarios)
  let y = 46
  const body = groups.map(([id, { name, subjects }]) => {
    const title = `<text class="title" x="16" y="${y + 12}">${id} · ${text(name)}</text>`
    y += 20
    const bars = subjects.map((each) => {
      const line = bar(each, y)
      y += BAR + 4
      return line
    })
    y += 14
    return [title, ...bars].join('\n')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 10}" font-family="system-ui, sans-serif" font-size="11">
<style>
text { fill: #24292f } .title { font-weight: 600 } rect { fill: #8c959f } .floor { fill: #d0d7de } .ours { fill: #0969da }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } rect { fill: #6e7681 } .floor { fill: #30363d } .ours { fill: #58a6ff } }
</style>
<text class="title" x="16" y="22" font-size="14">Server CPU per request, × bare node:http (shorter is better)</text>
<text x="16" y="38">${text(machine.cpu)}, ${machine.cores} cores, Node ${text(machine.node)}</text>
${body.join('\n')}
</svg>
`
}

function bar({ subject, cpu }, y) {
  const scale = (WIDTH - LEFT - 70) / CAP
  const width = Math.min(cpu.median, CAP) * scale
  const kind = subject === 'node:http' ? 'floor' : subject.startsWith('tokkyu') ? 'ours' : 'peer'
  return `<text x="${LEFT - 8}" y="${y + 10}" text-anchor="end">${text(subject)}</text><rect class="${kind}" x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/><text x="${LEFT + width + 6}" y="${y + 10}">${cpu.median.toFixed(2)}${cpu.median > CAP ? ' …' : ''}</text>`
}

function text(value) {
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
