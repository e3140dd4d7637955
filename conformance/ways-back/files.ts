import { expect } from 'vitest'
import { makeFolder, type Folder } from '../static-files/folder.ts'
import { TAG } from '../static-files/cases.ts'
import type { App, Question } from '../harness/case.ts'
import { onError } from '../harness/handlers.ts'
import { asked } from './see.ts'
import type { Row } from './row.ts'

/** A row that asks `express.static` over a folder of its own. */
function served(
  id: string,
  question: string | Question,
  says: Parameters<typeof asked>[3] & { readonly options?: (back: boolean) => object },
): Row {
  return {
    id,
    express: says.express,
    ours: says.ours,
    wayBack: says.wayBack,
    see: async (side, back) => {
      const folder: Folder = await makeFolder()
      const furnish = (app: App): void => {
        app.use(side.express.static(folder.root, says.options?.(back) ?? {}))
        app.use((_req, res) => res.status(404).send('passed on'))
        app.use(
          onError((error, _req, res, _next) => {
            const { status } = error as { status: number }
            res.status(status).send(`status ${status}`)
          }),
        )
      }
      try {
        return await asked(id, furnish, question, says).see(side, back)
      } finally {
        await folder.remove()
      }
    },
  }
}

const nums = (headers: Record<string, string>, method = 'GET'): Question => ({
  method,
  path: '/nums.txt',
  headers,
})

/** What an author meets who serves files. */
export const files: readonly Row[] = [
  served('symlinks', '/link-outside.txt', {
    options: (back) => (back ? { symlinks: 'follow' } : {}),
    express: { status: 200, body: 'secret' },
    ours: { status: 404, body: 'passed on' },
    wayBack: "symlinks: 'follow'",
  }),
  served('file-names', '/users%2Ftobi.txt', {
    express: { status: 200, body: 'ferret' },
    ours: { status: 404, body: 'passed on' },
  }),
  served('head-ranges', nums({ Range: 'bytes=0-1' }, 'HEAD'), {
    express: { status: 206 },
    ours: { status: 200 },
  }),
  served('multiple-ranges', nums({ Range: 'bytes=0-1,4-5' }), {
    express: { status: 200, body: '123456789' },
    ours: {
      status: 206,
      headers: { 'content-type': 'multipart/byteranges; boundary=(boundary)' },
    },
  }),
  served('suffix-ranges', nums({ Range: 'bytes=-50' }), {
    express: { status: 416 },
    ours: { status: 206, body: '123456789' },
  }),
  served('if-range', nums({ Range: 'bytes=0-1', 'If-Range': TAG }), {
    express: { status: 206 },
    ours: { status: 200 },
  }),
  served('file-conditions', nums({ 'If-Match': TAG }), {
    express: { status: 200 },
    ours: { status: 412 },
  }),
  served('file-errors', nums({ Range: 'bytes=20-' }), {
    express: { status: 416, headers: { 'cache-control': 'public, max-age=0' } },
    ours: {
      status: 416,
      headers: expect.toSatisfy((headers: object) => !('cache-control' in headers)),
    },
  }),
  {
    id: 'file-options',
    see: async (side, back) => {
      try {
        side.express.static('.', { maxAge: back ? 0 : 'a while' })
        return { made: true }
      } catch (error) {
        return { made: String(error) }
      }
    },
    express: { made: true },
    ours: { made: 'TypeError: option maxAge "a while" is invalid: expected a time' },
    wayBack: 'maxAge: 0',
  },
]
