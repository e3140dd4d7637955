// The headings of a page of Markdown as places to link to, as forges name them; the site names them so, too.

/** The name of a heading's place. */
export function placeOfHeading(text) {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-')
}

/** The places of a page: its headings, those of one name counted, and `<a id>`. */
export function placesIn(markdown) {
  const text = markdown.replaceAll(/^(\s*)(```+)[\s\S]*?^\s*\2\s*$/gm, '')
  const places = new Set([...text.matchAll(/<a id="([\w-]+)">/g)].map(([, id]) => id))
  for (const [, heading] of text.matchAll(/^#{1,6} +(.+)$/gm)) {
    const name = placeOfHeading(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1'))
    let place = name
    for (let count = 1; places.has(place); count++) place = `${name}-${count}`
    places.add(place)
  }
  return places
}

/** The links of a page into the repository, each with its line. */
export function linksIn(markdown) {
  const text = markdown
    .replaceAll(/^(\s*)(```+)[\s\S]*?^\s*\2\s*$/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .replaceAll(/`[^`\n]*`(?!\])/g, (code) => ' '.repeat(code.length))
  return [...text.matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(({ 1: target, index }) => ({
    target,
    line: text.slice(0, index).split('\n').length,
  }))
}
