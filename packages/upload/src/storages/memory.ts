import { Buffer } from 'node:buffer'
import type { StorageEngine } from '../types.ts'

/** Keeps each file as `file.buffer`. `limits` bound what a request can make it hold. */
export function memoryStorage(): StorageEngine {
  return {
    _handleFile(_req, file, callback) {
      const chunks: Buffer[] = []
      file.stream
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('error', callback)
        .on('end', () => {
          const buffer = Buffer.concat(chunks)
          callback(null, { buffer, size: buffer.length })
        })
    },
    _removeFile(_req, file, callback) {
      delete (file as Partial<typeof file>).buffer
      callback(null)
    },
  }
}
