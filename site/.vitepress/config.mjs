// The site made of docs/. It has a lockfile of its own, so that nobody pays for it who does not build it.
import { readFileSync } from 'node:fs'
import path from 'node:path'

import { defineConfig } from 'vitepress'

const site = path.resolve(import.meta.dirname, '..')
const docs = path.resolve(site, '../docs')

export default defineConfig({
  title: 'Tokkyu',
  description: 'The Express API, rebuilt: as fast as bare node:http, safe by default, whole',
  srcDir: docs,
  outDir: path.join(site, 'dist'),
  cacheDir: path.join(site, '.cache'),
  rewrites: { 'README.md': 'index.md', 'api/README.md': 'api/index.md' },
  cleanUrls: false,
  // What lies beside docs/ is read on a forge.
  ignoreDeadLinks: [/^(\.\/)?(\.\.\/)+/, /decisions$/],
  markdown: {
    languageAlias: { ejs: 'html' },
    // Our pages are Markdown and nothing else: `<id>` in a sentence is no component.
    html: false,
    config: (md) => {
      md.core.ruler.before('normalize', 'hidden', withoutComments)
      md.inline.ruler.before('text', 'anchor', anchor)
      md.renderer.rules.code_inline = (tokens, at) =>
        `<code v-pre>${md.utils.escapeHtml(tokens[at].content)}</code>`
    },
  },
  vite: { plugins: [vueForPages()] },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
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

/** `<a id="name"></a>`, the one element that our pages use: a place to link to. */
function anchor(state, silent) {
  const found = /^<a id="[\w-]+"><\/a>/.exec(state.src.slice(state.pos, state.pos + 100))
  if (!found) return false
  if (!silent) state.push('html_inline', '', 0).content = found[0]
  state.pos += found[0].length
  return true
}
