// The pages of the benchmark, in the language of each subject.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const { escapeHtml: e } = require('../dist/escape-html.js')

const smallData = {
  title: 'Orders & returns',
  user: { name: 'Ada Lovelace', city: 'London' },
  count: 3,
  note: 'Nothing <new> since yesterday',
}
const small = `<!doctype html>
<h1><%= title %></h1>
<p>Hello <b><%= user.name %></b> from <%= user.city %>, you have <%= count %> messages.</p>
<p class="note"><%= note %></p>
`
export function smallFunction({ title, user, count, note }) {
  return `<!doctype html>
<h1>${text(title)}</h1>
<p>Hello <b>${text(user.name)}</b> from ${text(user.city)}, you have ${text(count)} messages.</p>
<p class="note">${text(note)}</p>
`
}
export const smallPug = `doctype html
h1= title
p
  | Hello #[b= user.name] from #{user.city}, you have #{count} messages.
p.note= note
`
export const smallDot = dotOf(small)

const rowsData = {
  title: 'All orders',
  rows: Array.from({ length: 50 }, (_, i) => ({
    id: i + 1,
    name: `Customer ${i} & sons`,
    item: `Item "${i}" of the list`,
    price: `${(i * 7.25).toFixed(2)} EUR`,
  })),
}
const rowsTemplate = `<h1><%= title %></h1>
<table>
<% for (const row of rows) { %><tr><td><%= row.id %></td><td><%= row.name %></td><td><%= row.item %></td><td><%= row.price %></td></tr>
<% } %></table>
`
export function rowsFunction({ title, rows }) {
  let html = `<h1>${text(title)}</h1>
<table>
`
  for (const row of rows) {
    html += `<tr><td>${text(row.id)}</td><td>${text(row.name)}</td><td>${text(row.item)}</td><td>${text(row.price)}</td></tr>
`
  }
  return `${html}</table>
`
}
/** The same in pieces, as one would write them to a stream. */
export function* rowsPieces({ title, rows }) {
  yield `<h1>${text(title)}</h1>
<table>
`
  for (const row of rows) {
    yield `<tr><td>${text(row.id)}</td><td>${text(row.name)}</td><td>${text(row.item)}</td><td>${text(row.price)}</td></tr>
`
  }
  yield `</table>
`
}
export const rowsPug = `h1= title
table
  each row in rows
    tr
      td= row.id
      td= row.name
      td= row.item
      td= row.price
`
export const rowsDot = `<h1>{{!it.title}}</h1>
<table>
{{ for (const row of it.rows) { }}<tr><td>{{!row.id}}</td><td>{{!row.name}}</td><td>{{!row.item}}</td><td>{{!row.price}}</td></tr>
{{ } }}</table>
`

const layoutData = {
  title: 'Start',
  site: 'Example & co',
  user: { name: 'Ada' },
  links: Array.from({ length: 6 }, (_, i) => ({ to: `/page/${i}`, text: `Page <${i}>` })),
  items: Array.from({ length: 8 }, (_, i) => `Item ${i} & more`),
  year: 2026,
}
const head = `<head><title><%= title %> - <%= site %></title><link rel="stylesheet" href="/style.css"></head>
`
const nav = `<nav><% for (const link of links) { %><a href="<%= link.to %>"><%= link.text %></a><% } %> <%= user.name %></nav>
`
const foot = `<footer>(c) <%= year %> <%= site %></footer>
`
const main = `<h1><%= title %></h1>
<ul><% for (const item of items) { %><li><%= item %></li><% } %></ul>
`
const layoutParts = (body) =>
  `<!doctype html>
<html><%- include('head') %><body><%- include('nav') %>${body}<%- include('foot') %></body></html>
`
export function layoutFunction(data) {
  return `<!doctype html>
<html>${headFunction(data)}<body>${navFunction(data)}${mainFunction(data)}${footFunction(data)}</body></html>
`
}
function headFunction({ title, site }) {
  return `<head><title>${text(title)} - ${text(site)}</title><link rel="stylesheet" href="/style.css"></head>
`
}
function navFunction({ links, user }) {
  let html = '<nav>'
  for (const link of links) html += `<a href="${text(link.to)}">${text(link.text)}</a>`
  return `${html} ${text(user.name)}</nav>
`
}
function mainFunction({ title, items }) {
  let html = `<h1>${text(title)}</h1>
<ul>`
  for (const item of items) html += `<li>${text(item)}</li>`
  return `${html}</ul>
`
}
function footFunction({ year, site }) {
  return `<footer>(c) ${text(year)} ${text(site)}</footer>
`
}

// One character to escape in a hundred, each of the five in turn.
const stretches = ['&', '<', '>', '"', "'"].map(
  (char) => 'plain words, '.repeat(8).slice(0, 99) + char,
)
const bigData = { text: Buffer.from(stretches.join('').repeat(2100)).toString() }
export function bigFunction({ text: value }) {
  return `<p>${text(value)}</p>`
}

/** By scenario. */
export const data = {
  'small page': smallData,
  '50 rows': rowsData,
  'layout and 3 partials': layoutData,
  '1 MiB escaped': bigData,
}

export const files = {
  'small.html': small,
  'rows.html': rowsTemplate,
  'head.html': head,
  'nav.html': nav,
  'foot.html': foot,
  'base.html': layoutParts("<%- block('body') %>"),
  'page.html': `<% layout('base') -%>\n${main}`,
  'head.ejs': head,
  'nav.ejs': nav,
  'foot.ejs': foot,
  'ejs-page.html': layoutParts(main),
  'big.html': '<p><%= text %></p>',
  'small.eta': etaOf(small),
  'rows.eta': etaOf(rowsTemplate).replace('of rows', 'of it.rows').replaceAll('it.row.', 'row.'),
  'head.eta': etaOf(head),
  'nav.eta': etaOf(nav).replace('of links', 'of it.links').replaceAll('it.link.', 'link.'),
  'foot.eta': etaOf(foot),
  'base.eta': layoutParts('<%~ it.body %>').replaceAll(
    /<%- include\('(\w+)'\)/g,
    "<%~ include('$1', it)",
  ),
  'page.eta': `<% layout('base') %>${etaOf(main).replace('of items', 'of it.items').replaceAll('it.item ', 'item ')}`,
  'big.eta': '<p><%= it.text %></p>',
  'page.pug': `extends base.pug
block body
  h1= title
  ul
    each item in items
      li= item
`,
  'base.pug': `doctype html
html
  include head.pug
  body
    include nav.pug
    block body
    include foot.pug
`,
  'head.pug': `head
  title #{title} - #{site}
  link(rel="stylesheet", href="/style.css")
`,
  'nav.pug': `nav
  each link in links
    a(href=link.to)= link.text
  |  #{user.name}
`,
  'foot.pug': `footer (c) #{year} #{site}
`,
  'small.hbs': mustacheOf(small),
  'rows.hbs': handlebarsOf(rowsTemplate).replaceAll('{{row.', '{{'),
  'head.hbs': mustacheOf(head),
  'nav.hbs': handlebarsOf(nav).replaceAll('{{link.', '{{'),
  'foot.hbs': mustacheOf(foot),
  'base.hbs': handlebarsOf(layoutParts('{{> @partial-block}}')),
  'page.hbs': `{{#> base}}${handlebarsOf(main).replace('{{item}}', '{{this}}')}{{/base}}`,
  'big.hbs': '<p>{{text}}</p>',
  'small.njk': mustacheOf(small),
  'rows.njk': nunjucksOf(rowsTemplate),
  'head.njk': mustacheOf(head),
  'nav.njk': nunjucksOf(nav),
  'foot.njk': mustacheOf(foot),
  'base.njk': nunjucksOf(layoutParts('{% block body %}{% endblock %}')),
  'page.njk': `{% extends 'base.njk' %}{% block body %}${nunjucksOf(main)}{% endblock %}`,
  'big.njk': '<p>{{text}}</p>',
}

/** What every subject prints for a value: the floor escapes as fast as we do. */
function text(value) {
  if (typeof value === 'string') return e(value)
  return value == null ? '' : e(String(value))
}

function etaOf(template) {
  return template.replaceAll(/<%= /g, '<%= it.').replaceAll('it.row.', 'row.')
}

function dotOf(template) {
  return template.replaceAll(/<%= ([\w.]+) %>/g, '{{!it.$1}}')
}

function mustacheOf(template) {
  return template.replaceAll(/<%= ([\w.]+) %>/g, '{{$1}}')
}

function handlebarsOf(template) {
  return mustacheOf(template)
    .replaceAll(/<% for \(const \w+ of (\w+)\) { %>/g, '{{#each $1}}')
    .replaceAll('<% } %>', '{{/each}}')
    .replaceAll(/<%- include\('(\w+)'\) %>/g, '{{> $1}}')
}

function nunjucksOf(template) {
  return mustacheOf(template)
    .replaceAll(/<% for \(const (\w+) of (\w+)\) { %>/g, '{% for $1 in $2 %}')
    .replaceAll('<% } %>', '{% endfor %}')
    .replaceAll(/<%- include\('(\w+)'\) %>/g, "{% include '$1.njk' %}")
}
