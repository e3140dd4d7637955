// The site made of docs/. It has a lockfile of its own, so that nobody pays for it who does not build it.
import { readFileSync } from 'node:fs'
import path from 'node:path'

import { defineConfig } from 'vitepress'

const docs = path.resolve(import.meta.dirname, '../../docs')

export default defineConfig({
  title: 'Tokkyu',
  description: 'The Express API, rebuilt: as fast as bare node:http, safe by default, whole',
  srcDir: docs,
  outDir: path.resolve(import.meta.dirname, '../dist'),
  cacheDir: path.resolve(import.meta.dirname, '../.cache'),
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
      md.renderer.rules.code_inline = (tokens, at) =>
        `<code v-pre>${md.utils.escapeHtml(tokens[at].content)}</code>`
    },
  },
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
        items: links.map(([, label, page, anchor = '']) => ({
          text: label[0].toUpperCase() + label.slice(1).replace('\n', ' '),
          link: `/${page.replace(/README\.md$/, '').replace(/\.md$/, '')}${anchor}`,
        })),
      }
    })
}

/** Leaves out what tools/check-examples.mjs reads. */
function withoutComments(state) {
  state.src = state.src.replaceAll(/^<!-- (examples?|file):[\s\S]*?-->\n/gm, '')
}
