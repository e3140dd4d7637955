import { type Place, showPlace } from '../program/place.ts'
import { codeRows, reportText } from './as-text.ts'
import { editorLink } from './editor.ts'
import { Markup, markup } from './markup.ts'
import { pageScript } from './page-script.ts'
import { pageStyle } from './page-style.ts'
import type { Fault, Frame, Hint, Report, RequestReport, Table } from './report.ts'

/**
 * A report as a page that needs nothing from elsewhere.
 *
 * All values are hostile: each goes through `markup`, which escapes, and nothing runs but what has the nonce.
 *
 * @param tail - a script of ours for the end.
 */
export function reportPage(report: Report, nonce: string, tail = ''): string {
  const { headline, faults, request, hints } = report
  const [first] = faults
  const title = first === undefined ? headline : `${first.name}: ${first.message.slice(0, 200)}`
  const asked = request && markup` · <b>${request.method}</b> ${request.url}`
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style nonce="${nonce}">${new Markup(pageStyle)}</style>
</head>
<body>
<main>
<header><p>${headline}${asked}</p><button type="button" id="copy" hidden>Copy</button></header>
${faults.map(faultPart)}${hints.map(hintPart)}${request && requestPart(request)}</main>
<pre id="text" hidden>${reportText(report)}</pre>
<script nonce="${nonce}">${new Markup(pageScript)}</script>
${new Markup(tail)}</body>
</html>
`.text
}

/** What such a page may do: its own style and script, and the events of the run. */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

function faultPart(fault: Fault): Markup {
  const { role, name, message, code, place, lines, frames, includes } = fault
  return markup`<section>
${role !== '' && markup`<p class="dim">${role}</p>`}
<h1>${name}${code !== undefined && markup` <code>${code}</code>`}</h1>
<pre class="message">${message}</pre>
${place && markup`<p>${placeLink(place)}</p>`}
${lines.length > 0 && markup`<pre>${codeMarkup(lines)}</pre>`}
${includes.map((each) => markup`<p class="dim">included by ${each}</p>`)}
${frames.length > 0 && markup`<ol>${framesMarkup(frames)}</ol>`}
</section>
`
}

function codeMarkup(lines: Fault['lines']): Markup[] {
  return codeRows(lines).map((row, at) =>
    lines[at]?.isFault ? markup`<mark>${row}</mark>\n` : markup`${row}\n`,
  )
}

/** Runs of frames that are not the author's are folded. */
function framesMarkup(frames: readonly Frame[]): Markup[] {
  const parts: Markup[] = []
  let folded: Markup[] = []
  const unfold = (): void => {
    if (folded.length === 0) return
    const summary = markup`<summary>${folded.length} of node and packages</summary>`
    parts.push(markup`<li><details>${summary}<ol>${folded}</ol></details></li>\n`)
    folded = []
  }
  for (const { text, place, isForeign } of frames) {
    if (isForeign) {
      folded.push(markup`<li class="dim">${text}</li>`)
      continue
    }
    unfold()
    const link = place && markup` <a href="${editorLink(place)}">open</a>`
    parts.push(markup`<li>${text}${link}</li>\n`)
  }
  unfold()
  return parts
}

function hintPart({ title, lines }: Hint): Markup {
  return markup`<section><h2>${title}</h2><pre>${lines.join('\n')}</pre></section>
`
}

function requestPart({ tables, route, routePlace, passed }: RequestReport): Markup {
  const found =
    route !== undefined &&
    markup`<p>Route <code>${route}</code> ${routePlace && placeLink(routePlace)}</p>`
  const rows = passed.map(
    ({ name, path, place }) =>
      markup`<li><code>${name}</code> ${path} ${place && placeLink(place)}</li>`,
  )
  const summary = markup`<summary>${passed.length} handlers passed</summary>`
  return markup`<section>
<h2>Request</h2>
${found}
${passed.length > 0 && markup`<details>${summary}<ol>${rows}</ol></details>`}
${tables.map(tablePart)}</section>
`
}

function tablePart({ title, rows }: Table): Markup {
  const cells = rows.map(([name, value]) => markup`<tr><th>${name}</th><td>${value}</td></tr>\n`)
  return markup`<h3>${title}</h3><table>${cells}</table>
`
}

function placeLink(place: Place): Markup {
  return markup`<a href="${editorLink(place)}">${showPlace(place)}</a>`
}
