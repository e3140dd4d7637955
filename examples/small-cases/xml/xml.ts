import { XMLParser, XMLValidator } from 'fast-xml-parser'

import express, { type RequestHandler } from '@tokkyu/core'

const types = ['application/xml', 'text/xml', 'application/*+xml']

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false, // "007" stays text
  ignoreDeclaration: true,
  ignorePiTags: true,
  isArray: (name) => name === 'item',
})

/** `req.body` of XML: read within `limit` by `express.text`, then parsed. Of other types nothing is read. */
export function xml({ limit = '100kb' } = {}): RequestHandler[] {
  return [express.text({ type: types, limit }), parse]
}

const parse: RequestHandler = (req, res, next) => {
  if (typeof req.body !== 'string') return next()
  // Whoever declares entities can have a hundred bytes stand for gigabytes, or name a file. No API needs that.
  if (/<!doctype/i.test(req.body)) throw refused('XML with a DOCTYPE is not taken')
  const verdict = XMLValidator.validate(req.body)
  if (verdict !== true) throw refused(`Line ${verdict.err.line}: ${verdict.err.msg}`)
  req.body = parsed(req.body)
  if (Object.keys(req.body as object).length !== 1) throw refused('XML has one root')
  return next()
}

function parsed(text: string): unknown {
  try {
    return parser.parse(text)
  } catch (cause) {
    throw refused('XML of that shape is not taken', cause) // nested too deep, a name that objects have
  }
}

function refused(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { status: 400, expose: true })
}
