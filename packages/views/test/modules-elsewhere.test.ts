import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createContext, runInContext } from 'node:vm'

import { createEngine } from '@tokkyu/views'
import { writeModules } from '@tokkyu/views/modules'
import { build } from 'esbuild'
import { describe, expect, it, onTestFinished } from 'vitest'

import { folder } from './folder.ts'

describe('modules of templates in a bundle', () => {
  it('run where there is nothing but JavaScript itself, and timers for pagelets', async () => {
    const root = folder({
      'page.html':
        '<% layout("frame") %><% block("head", name) %><p title=<%= name %>><%- include("part") %></p>' +
        '<script>f(<%= { name } %>)</script><% pagelet("x", name, (text) => { %><i><%= text %></i><% }) %>',
      'frame.html': '<title><% block("head") %></title><%- block("body") %>',
      'part.html': '<a href="<%= name %>">&eacute;<%- raw %></a>',
    })
    const out = mkdtempSync(path.join(tmpdir(), 'modules-'))
    onTestFinished(() => {
      rmSync(root, { recursive: true })
      rmSync(out, { recursive: true })
    })
    writeModules(out, { roots: root })
    const { outputFiles, warnings } = await build({
      entryPoints: [path.join(out, 'page.mjs')],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'view',
      platform: 'neutral',
    })
    expect(warnings).toEqual([])
    const context = createContext(
      { setTimeout, clearTimeout },
      { codeGeneration: { strings: false, wasm: false } },
    )
    runInContext(outputFiles[0]?.text ?? '', context)
    const data = { name: '"<é', raw: '<b>x</b>' }
    context['data'] = data
    const html = (await runInContext('view.default(data)', context)) as string
    expect(html).toBe(await createEngine({ roots: root }).render('page', data))
    const typesThere = runInContext(
      '[typeof process, typeof Buffer, typeof console]',
      context,
    ) as string[]
    expect([...typesThere].slice(0, 2)).toEqual(['undefined', 'undefined'])
  })
})
