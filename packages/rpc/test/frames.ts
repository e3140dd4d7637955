import { FrameReader } from '../src/wire/frame-reader.ts'
import { FrameWriter } from '../src/wire/frame-writer.ts'
import type { AnswerFrame, CallerFrame, CarrierFrame } from '../src/wire/frame.ts'

/** A frame with who sent it. */
export type Sent =
  | { from: 'caller'; frame: CallerFrame }
  | { from: 'answerer'; frame: AnswerFrame }
  | { from: 'carrier'; frame: CarrierFrame }

export const limits = { frameBytes: 65_536, metadataBytes: 16_384 }

/** Everything that a reader hands on when the chunks reach it one after the other. */
export function read(chunks: readonly Buffer[], bounds = limits): Sent[] {
  const sent: Sent[] = []
  const reader = new FrameReader(bounds, {
    fromCaller: (frame) => void sent.push({ from: 'caller', frame }),
    fromAnswerer: (frame) => void sent.push({ from: 'answerer', frame }),
    fromCarrier: (frame) => void sent.push({ from: 'carrier', frame }),
  })
  for (const chunk of chunks) reader.push(chunk)
  return sent
}

/** The bytes of frames. */
export function written(frames: readonly Sent[]): Buffer {
  const writer = new FrameWriter()
  for (const each of frames) write(writer, each)
  return Buffer.concat(writer.take())
}

const none = new Map<string, string[]>()

function write(writer: FrameWriter, { from, frame }: Sent): void {
  if (from === 'carrier') {
    if (frame.kind === 'goAway') writer.goAway(frame.lastStream, frame.status)
    else writer[frame.kind](frame.payload)
    return
  }
  switch (frame.kind) {
    case 'newStream':
      return writer.newStream(frame.stream, frame.method, frame.headers ?? none, frame.window)
    case 'message':
      return writer.message(from, frame.stream, frame.size, frame.data)
    case 'more':
      return writer.more(from, frame.stream, frame.data)
    case 'window':
      return writer.window(from, frame.stream, frame.bytes)
    case 'halfClose':
      return writer.halfClose(frame.stream)
    case 'cancel':
      return writer.cancel(frame.stream)
    case 'settings':
      return writer.settings(frame.window)
    case 'headers':
      return writer.headers(frame.stream, frame.headers ?? none)
    case 'close':
      return writer.close(frame.stream, frame.status, frame.trailers ?? none)
  }
}
