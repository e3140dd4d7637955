// The site made of docs/. It has a lockfile of its own, so that nobody pays for it who does not build it.
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'

import { defineConfig } from 'vitepress'

import { placeOfHeading } from '../../tools/headings.mjs'
import { addressOfRepository } from '../../tools/repository.mjs'

const site = path.resolve(import.meta.dirname, '..')
const root = path.resolve(site, '..')
const docs = path.join(root, 'docs')
const address = addressOfRepository(root)

export default defineConfig({
  title: 'Tokkyu',
  description: 'The Express API, rebuilt: as fast as bare node:http, safe by default, whole',
  srcDir: docs,
  outDir: path.join(site, 'dist'),
  cacheDir: path.join(site, '.cache'),
  rewrites: {
    'README.md': 'index.md',
    'api/README.md': 'api/index.md',
    'decisions/README.md': 'decisions/index.md',
  },
  cleanUrls: false,
  markdown: {
    languageAlias: { ejs: 'html' },
    // Our pages are Markdown and nothing else: `<id>` in a sentence is no component.
    html: false,
    anchor: { slugify: placeOfHeading },
    config: (md) => {
      md.core.ruler.before('normalize', 'hidden', withoutComments)
      md.inline.ruler.before('text', 'anchor', anchor)
      md.core.ruler.after('inline', 'outside', linksToOutside)
      md.renderer.rules.code_inline = (tokens, at) =>
        `<code v-pre>${md.utils.escapeHtml(tokens[at].content)}</code>`
    },
  },
  vite: { plugins: [vueForPages()] },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    ...(address && { socialLinks: [{ icon: 'github', link: address }] }),
    nav: [
      { text: 'Guide', link: '/' },
      { text: 'Reference', link: '/api/' },
    ],
    sidebar: sidebarOf(readFileSync(path.join(docs, 'README.md'), 'utf8')),
  },
})

/**
 * The pages stand where no module is installed. For the browser VitePress finds its own vue; what renders
 * them here has to share one with it.
 */
function vueForPages() {
  const vue = path.join(site, 'node_modules/vue')
  const alias = [
    { find: /^vue$/, replacement: path.join(vue, 'index.mjs') },
    { find: /^vue\/server-renderer$/, replacement: path.join(vue, 'server-renderer/index.mjs') },
  ]
  return {
    name: 'vue-for-pages',
    config: (_, { isSsrBuild }) => (isSsrBuild ? { resolve: { alias } } : {}),
  }
}

/** The map that docs/README.md draws: its headings, and the links below each. */
function sidebarOf(map) {
  return map
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [text] = section.split('\n')
      const links = [...section.matchAll(/\[([^\]]+)\]\(([^).]+\.md)(#[^)]*)?\)/g)]
      return {
        text,
        items: links.map(([, label, page, place = '']) => ({
          text: label[0].toUpperCase() + label.slice(1).replace('\n', ' '),
          link: `/${page.replace(/README\.md$/, '').replace(/\.md$/, '')}${place}`,
        })),
      }
    })
}

/** Leaves out what tools/check-examples.mjs reads. */
function withoutComments(state) {
  state.src = state.src.replaceAll(/^<!-- (examples?|file):[\s\S]*?-->\n/gm, '')
}

/** What lies beside docs/ is read on the forge; where nobody says which, it is named and not linked. */
function linksToOutside({ tokens, env }) {
  for (const { children } of tokens) {
    let isOutside = false
    for (const token of children ?? []) {
      if (token.type === 'link_open') {
        const target = outsideOf(env.realPath ?? env.path, token.attrGet('href'))
        isOutside = target !== undefined
        if (isOutside && address) token.attrSet('href', target)
      }
      const isEnd = token.type === 'link_close'
      if (isOutside && !address && (isEnd || token.type === 'link_open'))
        Object.assign(token, { type: 'text', tag: '', nesting: 0, content: '' })
      if (isEnd) isOutside = false
    }
  }
}

/** The address of what a page links to beside docs/; undefined for everything else. */
function outsideOf(page, href) {
  if (/^(?:\w+:|#|\/)/.test(href)) return undefined
  const [file, place] = decodeURI(href).split('#')
  const at = path.resolve(path.dirname(page), file)
  if (at.startsWith(docs + path.sep)) return undefined
  const kind = statSync(at).isDirectory() ? 'tree' : 'blob'
  return `${address}/${kind}/main/${path.relative(root, at)}${place ? `#${place}` : ''}`
}

/** `<a id="name"></a>`, the one element that our pages use: a place to link to. */
function anchor(state, silent) {
  const found = /^<a id="[\w-]+"><\/a>/.exec(state.src.slice(state.pos, state.pos + 100))
  if (!found) return false
  if (!silent) state.push('html_inline', '', 0).content = found[0]
  state.pos += found[0].length
  return true
}
