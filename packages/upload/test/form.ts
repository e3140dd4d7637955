import { Buffer } from 'node:buffer'

export interface Part {
  name?: string
  filename?: string
  type?: string
  body?: string | Buffer
  /** Replaces the head that the other properties would make. */
  head?: string
}

export const BOUNDARY = 'AaB03x'

/** Writes a form down byte by byte, so that a test shows exactly what is sent. */
export function form(parts: readonly Part[], boundary = BOUNDARY): Buffer {
  const pieces = parts.flatMap((part) => [
    Buffer.from(`--${boundary}\r\n`, 'latin1'),
    Buffer.from(`${part.head ?? headOf(part)}\r\n\r\n`, 'utf8'),
    Buffer.from(part.body ?? ''),
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`, 'latin1')])
}

function headOf({ name, filename, type }: Part): string {
  const disposition = ['Content-Disposition: form-data']
  if (name !== undefined) disposition.push(`name="${name}"`)
  if (filename !== undefined) disposition.push(`filename="${filename}"`)
  const lines = [disposition.join('; ')]
  if (type !== undefined) lines.push(`Content-Type: ${type}`)
  return lines.join('\r\n')
}
