// Uploads whose callbacks say whose request they take: ours, Express's, or whatever multer's typings
// say; beside multer's typings. Never run.
import type { Request as TheirRequest } from 'express'
import multer from 'multer'
import { tmpdir } from 'node:os'

import express, { type Request } from '@tokkyu/core'
import upload, { diskStorage, type StorageEngine } from '@tokkyu/upload'

const app = express()
type File = Express.Multer.File
type Named = (error: Error | null, name: string) => void

// With our request.
const ours = upload({
  storage: diskStorage({
    destination: (req: Request, _file: File, done: Named) => done(null, `/tmp/${req.hostname}`),
    filename: (req: Request, file: File, done: Named) => done(null, req.path + file.originalname),
  }),
  limits: (req: Request) => ({ fileSize: req.secure ? 2000 : 1000 }),
  fileFilter: (req: Request, _file: File, done: upload.FileFilterCallback) => done(null, req.xhr),
  streamHandler: (req: Request, target) => void req.pipe(target),
  quota: { take: (req: Request, bytes) => req.ip !== undefined && bytes < 10 },
})
app.post('/ours/:name', ours.single('file'), (req, res) => {
  const name: string = req.params.name
  res.send(`${name}: ${req.file?.size}`)
})

// With the request of Express's typings.
const theirs = upload({
  storage: diskStorage({
    destination: (req: TheirRequest, _file: File, done: Named) => done(null, req.hostname),
    filename: (req: TheirRequest, file: File, done: Named) =>
      done(null, req.path + file.originalname),
  }),
  limits: (req: TheirRequest) => (req.secure ? { fileSize: 1000 } : undefined),
  fileFilter: (req: TheirRequest, _file: File, done: multer.FileFilterCallback) =>
    req.xhr ? done(null, true) : done(new Error('no')),
})
app.post('/theirs', theirs.array('files', 2), theirs.fields([{ name: 'a' }]), theirs.none())

// Nothing said: node's request, and what middleware added to Express's.
upload({
  storage: diskStorage({ filename: (req, file, done) => done(null, req.url + file.fieldname) }),
  limits: (req) => ({ files: Number(req.headers['x-files']) }),
  fileFilter: async (_req, file) => file.mimetype === 'image/png',
})

// Options and engines that were made for multer.
const options: multer.Options = { dest: tmpdir(), limits: { fileSize: 1 }, preservePath: true }
const disk: multer.DiskStorageOptions = {
  destination: tmpdir(),
  filename: (req, file, done) => done(null, req.hostname + file.originalname),
}
app.post('/multer', upload(options).any(), upload({ storage: multer.diskStorage(disk) }).any())
upload({ storage: diskStorage(disk) })

class Counted implements multer.StorageEngine {
  private bytes = 0
  _handleFile(
    req: TheirRequest,
    file: File,
    callback: (error?: any, info?: Partial<File>) => void,
  ): void {
    file.stream.on('data', (chunk: Buffer) => (this.bytes += chunk.length))
    file.stream.on('end', () => callback(null, { size: this.bytes, path: req.path }))
  }
  _removeFile(_req: TheirRequest, _file: File, callback: (error: Error | null) => void): void {
    callback(null)
  }
}
upload({ storage: new Counted() })

// Written for us, with functions where the contract has methods.
const engine: StorageEngine = {
  _handleFile: (req: Request, _file, callback) => callback(null, { path: req.path }),
  _removeFile: (_req: TheirRequest, _file, callback) => callback(null),
}
upload({ storage: engine })

upload({
  // @ts-expect-error a number is no request
  limits: (req: number) => ({ fileSize: req }),
})
diskStorage({
  // @ts-expect-error a name is text
  filename: (_req, _file, done) => done(null, 7),
})
