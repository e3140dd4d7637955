import { createRequire } from 'node:module'
import path from 'node:path'

import express from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { createEngine } from '@tokkyu/views'
import ejs from '@tokkyu/views/ejs'

import { folder } from './folder.ts'

const views = folder({
  'page.html': "<% layout('base') %><p><%= name %><%- include('part', { n: 1 }) %></p>",
  'base.html': "<main><%- block('body') %></main>",
  'part.html': '<i><%= n %></i>',
  'later.html': '<p><%= await name %></p>',
  'bad.html': '\n<%= nothing %>',
  'page.ejs': "<p><%= name %><%- include('part', { n: 1 }) %></p>",
  'part.ejs': '<i><%= n %></i>',
})

function app(): ReturnType<typeof express> {
  const made = express()
  made.set('views', views)
  made.set('env', 'test')
  made.engine('html', createEngine({ roots: views, cache: true }).express)
  made.engine('ejs', ejs['__express'])
  made.get('/render/:name', (req, res) => {
    res.render(req.params.name, {
      ...req.query,
      name: req.query['name'] ?? Promise.resolve('<later>'),
    })
  })
  made.use((error, _req, res, _next) => {
    res.status(500).json({ message: error.message, code: error.code, line: error.line })
  })
  return made
}

async function page(target: string, from = app()): Promise<string> {
  const { text } = await request(from).get(target)
  return text
}

describe('under Express', () => {
  it('renders a view with its layout and includes', async () => {
    expect(await page('/render/page.html?name=<b>')).toBe('<main><p>&lt;b&gt;<i>1</i></p></main>')
  })

  it('renders a view that awaits', async () => {
    expect(await page('/render/later.html')).toBe('<p>&lt;later&gt;</p>')
  })

  it('renders EJS views through the door', async () => {
    expect(await page('/render/page.ejs?name=<b>')).toBe('<p>&lt;b&gt;<i>1</i></p>')
  })

  it('hands errors on with their place', async () => {
    const { body } = await request(app()).get('/render/bad.html?name=x').expect(500)
    expect(body).toMatchObject({
      line: 2,
      message: expect.stringContaining('nothing is not defined'),
    })
  })

  it('takes nothing but data from a query', async () => {
    const query =
      'cache=&layout=../x&settings[views]=/&settings[view options][escape]=x&escape=x&client=1'
    expect(await page(`/render/page.html?name=x&${query}`)).toBe('<main><p>x<i>1</i></p></main>')
  })

  it('refuses a view outside of its roots, even one that Express has found', async () => {
    const made = app()
    made.set('views', [views, path.dirname(views)])
    const other = `${path.basename(folder({ 'x.html': 'OUTSIDE' }))}/x.html`
    const text = await page(`/render/${encodeURIComponent(other)}?name=x`, made)
    expect(text).toContain('TEMPLATE_OUTSIDE_ROOTS')
  })
})

describe('the doors of the package', () => {
  const load = createRequire(import.meta.url)
  it('give the same function and names, required and imported', async () => {
    const required = load('../entry/index.cjs') as typeof createEngine & Record<string, unknown>
    const imported = (await import('../entry/index.mjs')) as Record<string, unknown>
    expect(required).toBeTypeOf('function')
    expect(imported['default']).toBe(required)
    for (const name of Object.keys(required)) expect(imported[name]).toBe(required[name])
  })

  it('give one object for EJS', async () => {
    const required = load('../entry/ejs.cjs') as typeof ejs
    expect(required.render('<%= 1 %>')).toBe('1')
    expect(((await import('../entry/ejs.mjs')) as { default: unknown }).default).toBe(required)
  })
})
