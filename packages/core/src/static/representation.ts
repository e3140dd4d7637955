import type { Stats } from 'node:fs'
import { extname } from 'node:path'
import { etag } from '@tokkyu/session/http'
import { onDemand } from '../on-demand.ts'

/** What of a file goes into the headers of its answer. */
export interface Representation {
  /** The path that was asked for; its extension gives the type. */
  readonly path: string
  readonly stats: Stats
  readonly contentType: string
  readonly lastModified: string
  readonly etag: string
  /** How the bytes are compressed, when they are a precompressed sibling. */
  readonly coding?: string
}

/** @param coding - of the sibling whose stats these are. */
export function represent(path: string, stats: Stats, coding?: string): Representation {
  const tag = etag(stats)
  return {
    path,
    stats,
    contentType: onDemand.mimeTypes.contentType(extname(path)) || 'application/octet-stream',
    lastModified: stats.mtime.toUTCString(),
    // One tag per encoding, or a cache would put pieces of one into the other (RFC 9110 §8.8.3.3).
    etag: coding === undefined ? tag : tag.replace(/"$/, `-${coding}"`),
    ...(coding === undefined ? {} : { coding }),
  }
}
