import { ProtocolError } from '../errors/protocol-error.ts'
import { statusCodeOf } from '../errors/status-code.ts'
import {
  type AnswerFrame,
  type CallerFrame,
  fields,
  type Fields,
  type GoAwayFrame,
  type MessageFrame,
  type MoreFrame,
  type Status,
} from './frame.ts'
import type { ProtobufReader } from './protobuf-reader.ts'

const NO_FIELDS: Fields = new Map()
const OK: Status = { code: 'OK', details: '' }
const EMPTY = Buffer.alloc(0)
const NAME = /^[\da-z_.-]+$/

/**
 * Reads a `grpctunnel.v1.ClientToServer`.
 *
 * @throws {ProtocolError} for bytes that are none.
 */
export function decodeCallerFrame(reader: ProtobufReader, metadataBytes: number): CallerFrame {
  const { caller } = fields
  let stream = 0
  let frame: CallerFrame | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === fields.streamId) stream = reader.streamId()
    else if (field > caller.window) reader.skip()
    else if (frame) throw new ProtocolError('a frame is of two kinds')
    else if (field === caller.newStream) frame = newStream(reader, metadataBytes)
    else if (field === caller.message) frame = message(reader)
    else if (field === caller.more) frame = more(reader)
    else if (field === caller.window) frame = { kind: 'window', stream, bytes: reader.uint32() }
    else {
      reader.message(() => skipAll(reader))
      frame = { kind: field === caller.cancel ? 'cancel' : 'halfClose', stream }
    }
  }
  if (!frame) throw new ProtocolError('a frame is of no known kind')
  if (stream < 0) throw new ProtocolError('a frame has no stream')
  return on(stream, frame)
}

/**
 * Reads a `grpctunnel.v1.ServerToClient`.
 *
 * @throws {ProtocolError} for bytes that are none.
 */
export function decodeAnswerFrame(reader: ProtobufReader, metadataBytes: number): AnswerFrame {
  const { answerer } = fields
  let stream = 0
  let frame: AnswerFrame | undefined
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === fields.streamId) stream = reader.streamId()
    else if (field > answerer.window) reader.skip()
    else if (frame) throw new ProtocolError('a frame is of two kinds')
    else if (field === answerer.message) frame = message(reader)
    else if (field === answerer.more) frame = more(reader)
    else if (field === answerer.close) frame = close(reader, metadataBytes)
    else if (field === answerer.window) frame = { kind: 'window', stream, bytes: reader.uint32() }
    else if (field === answerer.settings) frame = settings(reader)
    else frame = { kind: 'headers', stream, headers: metadata(reader, metadataBytes) }
  }
  if (!frame) throw new ProtocolError('a frame is of no known kind')
  if (frame.kind === 'settings') {
    if (stream !== -1) throw new ProtocolError('settings are of one stream')
    return frame
  }
  if (stream < 0) throw new ProtocolError('a frame has no stream')
  return on(stream, frame)
}

/** Reads what HTTP/2 would say by GOAWAY. */
export function decodeGoAway(reader: ProtobufReader): GoAwayFrame {
  let lastStream = 0
  let status = OK
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === fields.goAway.lastStream) lastStream = reader.streamId()
    else if (field === fields.goAway.status) status = readStatus(reader)
    else reader.skip()
  }
  return { kind: 'goAway', lastStream, status }
}

/** The stream may stand behind the frame's body, so it is put in when both are known. */
function on<Kind extends { stream: number }>(stream: number, frame: Kind): Kind {
  frame.stream = stream
  return frame
}

function newStream(reader: ProtobufReader, metadataBytes: number): CallerFrame {
  let method = ''
  let headers: Fields | undefined = NO_FIELDS
  let window = 0
  let revision = 0
  reader.message(() => {
    for (let field = reader.field(); field !== 0; field = reader.field()) {
      if (field === fields.newStream.method) method = reader.text()
      else if (field === fields.newStream.headers) headers = metadata(reader, metadataBytes)
      else if (field === fields.newStream.window) window = reader.uint32()
      else if (field === fields.newStream.revision) revision = reader.uint32()
      else reader.skip()
    }
  })
  return { kind: 'newStream', stream: 0, method, headers, window, revision }
}

function message(reader: ProtobufReader): MessageFrame {
  let size = 0
  let data: Buffer = EMPTY
  reader.message(() => {
    for (let field = reader.field(); field !== 0; field = reader.field()) {
      if (field === fields.message.size) size = reader.uint32()
      else if (field === fields.message.data) data = reader.bytes()
      else reader.skip()
    }
  })
  if (data.length > size) throw new ProtocolError('a message is longer than it says')
  return { kind: 'message', stream: 0, size, data }
}

function more(reader: ProtobufReader): MoreFrame {
  const data = reader.bytes()
  if (data.length === 0) throw new ProtocolError('a part of a message is empty')
  return { kind: 'more', stream: 0, data }
}

function settings(reader: ProtobufReader): AnswerFrame {
  const revisions: number[] = []
  let window = 0
  reader.message(() => {
    for (let field = reader.field(); field !== 0; field = reader.field()) {
      if (field === fields.settings.revisions) reader.uint32s(revisions)
      else if (field === fields.settings.window) window = reader.uint32()
      else reader.skip()
    }
  })
  return { kind: 'settings', revisions, window }
}

function close(reader: ProtobufReader, metadataBytes: number): AnswerFrame {
  let trailers: Fields | undefined = NO_FIELDS
  let status = OK
  reader.message(() => {
    for (let field = reader.field(); field !== 0; field = reader.field()) {
      if (field === fields.close.trailers) trailers = metadata(reader, metadataBytes)
      else if (field === fields.close.status) status = readStatus(reader)
      else reader.skip()
    }
  })
  return { kind: 'close', stream: 0, status, trailers }
}

function readStatus(reader: ProtobufReader): Status {
  let number = 0
  let details = ''
  reader.message(() => {
    for (let field = reader.field(); field !== 0; field = reader.field()) {
      if (field === fields.status.code) number = reader.statusCode()
      else if (field === fields.status.message) details = reader.text()
      else reader.skip()
    }
  })
  return number === 0 ? OK : { code: statusCodeOf(number), details }
}

/** Header fields; nothing when they are larger than the bound, which is no fault of the connection. */
function metadata(reader: ProtobufReader, most: number): Fields | undefined {
  if (reader.peekLength() > most) {
    reader.skip()
    return undefined
  }
  const found = new Map<string, readonly string[]>()
  reader.message(() => {
    for (let field = reader.field(); field !== 0; field = reader.field()) {
      if (field === fields.metadata.entry) reader.message(() => readEntry(reader, found))
      else reader.skip()
    }
  })
  return found
}

function readEntry(reader: ProtobufReader, into: Map<string, readonly string[]>): void {
  let name = ''
  const values: string[] = []
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === fields.metadata.key) name = reader.text()
    else if (field === fields.metadata.value) reader.message(() => readValues(reader, values))
    else reader.skip()
  }
  if (!NAME.test(name)) throw new ProtocolError('a header field has no name that is one')
  into.set(name, values)
}

function readValues(reader: ProtobufReader, into: string[]): void {
  for (let field = reader.field(); field !== 0; field = reader.field()) {
    if (field === fields.metadata.values) into.push(reader.text())
    else reader.skip()
  }
}

function skipAll(reader: ProtobufReader): void {
  while (reader.field() !== 0) reader.skip()
}
