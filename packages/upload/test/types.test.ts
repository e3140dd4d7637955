import type { IncomingMessage } from 'node:http'
import express, { type Request, type RequestHandler } from 'express'
import multer from 'multer'
import { describe, expectTypeOf, it } from 'vitest'
import upload, { diskStorage, type Options, parts, type StorageEngine } from '@tokkyu/upload'

describe('the types', () => {
  it('live together with those of multer', () => {
    express().post('/', upload().single('f'), (req) => {
      expectTypeOf(req.file).toEqualTypeOf<Express.Multer.File | undefined>()
      expectTypeOf(req.file?.sha256).toEqualTypeOf<string | undefined>()
    })
    expectTypeOf(multer.memoryStorage()).toExtend<StorageEngine>()
  })

  it('fit where Express takes a handler', () => {
    expectTypeOf(upload().any()).toExtend<RequestHandler>()
  })

  it("let a filter ask for Express's own request", () => {
    expectTypeOf({ fileFilter: onlyFromHere }).toExtend<Options>()
  })

  it('tell a part that is a field from one that is a file', () => {
    expectTypeOf(eachPart).returns.resolves.toBeVoid()
  })

  it('refuse what cannot be meant', () => {
    expectTypeOf(mistakes).toBeFunction()
  })
})

function onlyFromHere(
  req: Request,
  _file: Express.Multer.File,
  done: upload.FileFilterCallback,
): void {
  done(null, req.ip === '127.0.0.1')
}

async function eachPart(req: IncomingMessage): Promise<void> {
  for await (const part of parts(req)) {
    if (part.kind === 'field') expectTypeOf(part.value).toBeString()
    else expectTypeOf(part.stream.destroyed).toBeBoolean()
    // @ts-expect-error only a field has a value
    expectTypeOf(part.value).toBeString()
  }
}

/** Never called: these calls are only there not to compile. */
function mistakes(): void {
  // @ts-expect-error `filesize` is no limit
  upload({ limits: { filesize: 1 } })
  // @ts-expect-error a length is a number
  upload({ limits: { fileSize: '1mb' } })
  // @ts-expect-error there is no such hash
  upload({ hash: 'md5' })
  // @ts-expect-error a folder is a string
  diskStorage({ destination: 1 })
}
