import { describe, expect, it } from 'vitest'
import express, { Router, json, raw, text, urlencoded } from '@tokkyu/core'

describe('the names of middleware', () => {
  it('are those of Express, by which layers and spans are named', () => {
    const app = express()
    app.use(json(), raw(), text(), urlencoded({ extended: false }), express.static('.'), Router())
    expect(app.router.stack.map(({ name }) => name)).toEqual([
      'jsonParser',
      'rawParser',
      'textParser',
      'urlencodedParser',
      'serveStatic',
      'router',
    ])
  })
})

describe('req._parsedUrl', () => {
  const app = express().set('path canonical', false).set('host policy', false)
  app.use('/mounted', (req, res) => res.json(Reflect.get(req, '_parsedUrl')))
  const partsOf = async (url: string) => (await app.inject({ url })).json() as object

  it('has the parts of the URL as the router has it', async () => {
    expect(await partsOf('/mounted/a%20b?c=d&e')).toMatchObject({
      pathname: '/a%20b',
      search: '?c=d&e',
      query: 'c=d&e',
      path: '/a%20b?c=d&e',
      href: '/a%20b?c=d&e',
      host: null,
      hash: null,
    })
  })

  it('has null for a query that is not there, and empty text for an empty one', async () => {
    expect(await partsOf('/mounted/a')).toMatchObject({ search: null, query: null })
    expect(await partsOf('/mounted/a?')).toMatchObject({ search: '?', query: '' })
  })

  it('follows req.url, and is the same object as long as that stays', async () => {
    const seen: boolean[] = []
    const other = express().use((req, res) => {
      const first: unknown = Reflect.get(req, '_parsedUrl')
      seen.push(Reflect.get(req, '_parsedUrl') === first)
      req.url = '/other'
      seen.push(Reflect.get(req, '_parsedUrl') === first)
      res.json(Reflect.get(req, '_parsedUrl'))
    })
    const answer = await other.inject({ url: '/first' })
    expect(await answer.json()).toMatchObject({ pathname: '/other' })
    expect(seen).toEqual([true, false])
  })

  it('keeps what a middleware puts there', async () => {
    const other = express().use((req, res) => {
      Reflect.set(req, '_parsedUrl', { pathname: '/mine' })
      res.json(Reflect.get(req, '_parsedUrl'))
    })
    expect(await (await other.inject({ url: '/' })).json()).toEqual({ pathname: '/mine' })
  })
})
