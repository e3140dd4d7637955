import { maxHeaderSize } from 'node:http'

import type { LimitValues } from '../types/limits.ts'

/** A limit: what it is when nobody sets it, what it may be, and where the number comes from. */
export interface Entry {
  readonly value: number
  readonly unit:
    | 'bytes'
    | 'characters'
    | 'chunks'
    | 'fields'
    | 'files'
    | 'frames'
    | 'levels'
    | 'ms'
    | 'parts'
    | 'places'
    | 'requests'
    | 'sockets'
    | 'streams'
  readonly least: number
  readonly most: number
  readonly bounds: string
  readonly source: string
}

/** Milliseconds beyond which a timer of node's goes off at once. */
const LONGEST_TIMER = 2 ** 31 - 1
const NODE = 'node:http'
const MiB = 2 ** 20
const MANY = { least: 0, most: Number.MAX_SAFE_INTEGER }

/** Every bound of an app. */
export const LEDGER: Readonly<Record<keyof LimitValues, Entry>> = {
  headerBytes: bytes(
    maxHeaderSize,
    1024,
    2 ** 31 - 1,
    'the head of a request',
    `${NODE}, maxHeaderSize`,
  ),
  headerFields: count('fields', 1000, 'header fields of a request', `${NODE}, maxHeadersCount`),
  url: count('characters', Infinity, 'the target of a request', 'RFC 9110 §4.1 advises 8000'),
  queryParameters: count('fields', 1000, 'parameters of a query', 'node:querystring, maxKeys'),
  body: bytes(102_400, 0, Infinity, 'a body that a parser reads', 'body-parser'),
  jsonDepth: count(
    'levels',
    1000,
    'nesting of a JSON body',
    'JSON.stringify, which fails beyond some thousand',
  ),
  formParameters: count('fields', 1000, 'parameters of a form', 'body-parser'),
  formDepth: many('levels', 32, 'nesting of an extended form', 'body-parser'),
  sockets: count('sockets', Infinity, 'connections of a server', 'node:net, maxConnections'),
  requestsPerSocket: count(
    'requests',
    Infinity,
    'requests of a connection',
    `${NODE}, maxRequestsPerSocket`,
  ),
  headersTimeout: time(60_000, 'the head of a request', `${NODE}, headersTimeout`),
  requestTimeout: time(300_000, 'a request', `${NODE}, requestTimeout`),
  keepAliveTimeout: time(5000, 'an idle connection of HTTP/1', `${NODE}, keepAliveTimeout`),
  sessionTimeout: time(60_000, 'an idle connection of HTTP/2', 'nginx keeps one 75 s, h2o 10 s'),
  streams: count('streams', 100, 'streams of a connection of HTTP/2', 'RFC 9113 §6.5.2: no fewer'),
  frameBytes: bytes(16_384, 16_384, 2 ** 24 - 1, 'a frame of HTTP/2', 'RFC 9113 §6.5.2'),
  messageBytes: bytes(
    2 ** 20,
    1,
    2 ** 31 - 1,
    'a message of a WebSocket',
    'ours; ws takes 100 MiB',
  ),
  messageFragments: {
    ...count('frames', 1024, 'frames of a message', 'ours; ws takes 16,384'),
    most: 2 ** 31 - 1,
  },
  messageChunks: {
    ...count(
      'chunks',
      16_384,
      'pieces of an unfinished frame of a WebSocket',
      'ours; ws takes 262,144',
    ),
    most: 2 ** 31 - 1,
  },
  socketBuffer: bytes(
    2 ** 20,
    0,
    Number.MAX_SAFE_INTEGER,
    'what waits for a reader of a WebSocket',
    'ours',
  ),
  webSockets: { ...count('sockets', 16_384, 'WebSockets of an app', 'ours'), ...MANY },
  webSocketsPerAddress: { ...count('sockets', 1024, 'WebSockets of an address', 'ours'), ...MANY },
  pingInterval: time(30_000, 'from ping to ping of a WebSocket', 'ours'),
  pongTimeout: { ...time(20_000, 'a WebSocket without a byte after a ping', 'ours'), least: 1 },
  pendingPongs: {
    ...count('frames', 16, 'pongs that wait for a reader of a WebSocket', 'ours; ws takes 60'),
    most: 2 ** 31 - 1,
  },
  socketCloseTimeout: { ...time(30_000, 'an answer to a close of a WebSocket', 'ws'), least: 1 },
  eventBuffer: bytes(2 ** 20, 1, Infinity, 'what waits for a reader of events', 'ours'),
  uploadTotalBytes: bytes(64 * MiB, 0, Infinity, 'the body of an upload', 'ours'),
  uploadParts: many('parts', 1000, 'parts of an upload', 'ours'),
  uploadFiles: many('files', 20, 'files of an upload', 'ours'),
  uploadFields: many('fields', 1000, 'fields of an upload', 'ours'),
  uploadFileSize: bytes(16 * MiB, 0, Infinity, 'a file of an upload', 'ours'),
  uploadFieldSize: bytes(MiB, 0, Infinity, 'the value of a field of an upload', 'multer'),
  uploadFieldNameSize: bytes(256, 0, Infinity, 'the name of a field of an upload', 'ours'),
  uploadFileNameSize: bytes(1024, 0, Infinity, 'the name of a file of an upload', 'ours'),
  uploadFieldNestingDepth: many('levels', 8, 'nesting in the name of a field', 'ours'),
  uploadFieldArrayIndexLimit: many('places', 1000, 'an index in the name of a field', 'ours'),
  uploadHeaderPairs: many('fields', 32, 'header fields of a part', 'ours'),
  uploadHeaderSize: bytes(16_384, 0, Infinity, 'the head of a part', 'busboy'),
  uploadIdleTime: { ...time(30_000, 'an upload without a byte', 'ours'), most: Infinity },
  closeGrace: { ...time(10_000, 'what app.close() waits for', 'ours'), most: Infinity },
}

function bytes(value: number, least: number, most: number, bounds: string, source: string): Entry {
  return { value, unit: 'bytes', least, most, bounds, source }
}

function count(unit: Entry['unit'], value: number, bounds: string, source: string): Entry {
  return { value, unit, least: 1, most: Infinity, bounds, source }
}

/** As `count`, but none at all may be asked for. */
function many(unit: Entry['unit'], value: number, bounds: string, source: string): Entry {
  return { ...count(unit, value, bounds, source), least: 0 }
}

function time(value: number, bounds: string, source: string): Entry {
  return { value, unit: 'ms', least: 0, most: LONGEST_TIMER, bounds, source }
}
