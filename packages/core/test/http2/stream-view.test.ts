import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import express from '@tokkyu/core'
import { describe, expect, it, onTestFinished } from 'vitest'

import { serve, type Way, WAYS } from './client.ts'

/** An app with one streamed view, whose name is settled by the test. */
function app(name: unknown, view = '<h1>Hello</h1><p><%= await name %></p>') {
  const root = mkdtempSync(path.join(tmpdir(), 'stream-view-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  writeFileSync(path.join(root, 'slow.html'), view)
  const made = express().set('env', 'test').set('views', root)
  made.get('/', (_req, res) => void res.renderStream('slow.html', { name }))
  return made
}

describe('a streamed view over HTTP/2', () => {
  it.each(Object.keys(WAYS) as Way[])('sends what is there while it waits: %s', async (way) => {
    let settle!: (name: string) => void
    const name = new Promise<string>((resolve) => {
      settle = resolve
    })
    const { client } = await serve(app(name), way)
    const stream = client.request({ ':path': '/' })
    const [headers] = (await once(stream, 'response')) as [Record<string, string>]
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'text/html; charset=utf-8' })
    const [first] = (await once(stream, 'data')) as [Buffer]
    expect(String(first)).toBe('<h1>Hello</h1><p>')
    settle('Ada')
    let rest = ''
    for await (const piece of stream) rest += String(piece)
    expect(rest).toBe('Ada</p>')
  })

  it('sends pagelets when they are ready', async () => {
    const view = '<body><% pagelet("a", name, (x) => { %><b><%= x %></b><% }) %></body>'
    const { get } = await serve(app(Promise.resolve('Ada'), view))
    expect((await get('/')).text).toMatch(
      /^<body><\?start name="p1"><\?end>[^]*<template for="p1"><b>Ada<\/b><\/template>\n<\/body>$/,
    )
  })

  it('answers with the status of an error, or resets the stream when something has left', async () => {
    const early = await serve(app(undefined, '<h1>Hello</h1><%= missing %>'))
    expect(await early.get('/')).toMatchObject({ status: 500, code: 0 })
    // Fails once the view waits for it, when what stands before it has left.
    const name = {
      // oxlint-disable-next-line unicorn/no-thenable -- so that it is known when it is waited for
      then: (_resolve: unknown, reject: (reason: Error) => void) =>
        void setTimeout(reject, 20, new Error('no')),
    }
    const late = await serve(app(name))
    expect(await late.get('/')).toMatchObject({ status: 200, text: '<h1>Hello</h1><p>', code: 2 })
  })
})
