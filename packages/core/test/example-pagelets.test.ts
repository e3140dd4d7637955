import type { Express } from '@tokkyu/core'
import { describe, expect, it } from 'vitest'

const example = new URL('../../../examples/pagelets/server.mjs', import.meta.url).href

describe('the example with pagelets', async () => {
  const { app } = (await import(example)) as { app: Express }
  app.set('env', 'test')
  const get = async (url: string): Promise<string> => (await app.inject(url)).text()

  it('sends its frame first, and each part in a template of its own', async () => {
    const html = await get('/?patience=0')
    expect(html).toMatch(
      /^<!doctype html>[^]*<p>Fetching the news…<\/p>[^]*Looking out[^]*Asking the exchange[^]*<script nonce="/,
    )
    const parts = [...html.matchAll(/<template for="p[1-4]">(.*?)<\/template>/gs)].map((part) =>
      part[1]
        ?.replaceAll(/<[^>]*>/g, '')
        .trim()
        .split(/\s+/)
        .join(' '),
    )
    expect(new Set(parts)).toEqual(
      new Set([
        '128 replies',
        'A bridge opensRain &lt;later&gt;Chess ends in a draw Counting…',
        'Not now.',
        'Zürich: 7 °C',
      ]),
    )
    expect(html).toMatch(/<a href="\?patience=0&amp;pagelets=in-order">[^]*<\/body>\s*<\/html>\s*$/)
  })

  it('is one plain page in order', async () => {
    const html = await get('/?patience=0&pagelets=in-order')
    expect(html).not.toMatch(/template|script|…/)
    expect(html).toMatch(/A bridge opens[^]*128 replies[^]*Zürich: 7 °C[^]*Not now\./)
  })
})
