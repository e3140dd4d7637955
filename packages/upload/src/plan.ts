import { Accept } from './accept.ts'
import { type ResolvedLimits, resolveLimits } from './limits.ts'
import { type ParamDecoder, paramDecoder } from './param-text.ts'
import type { Quota } from './quota.ts'
import { diskStorage } from './storages/disk.ts'
import { memoryStorage } from './storages/memory.ts'
import type { FileFilter, Options, StorageEngine, StreamHandler, UploadRequest } from './types.ts'

/**
 * The options of an uploader, checked once, ready to be used by every request. Each is a property of
 * its own, be it undefined: what stands on a polluted Object.prototype is never read.
 */
export interface Plan {
  readonly storage: StorageEngine
  readonly limitsFor: (req: UploadRequest) => ResolvedLimits
  readonly decodeParam: ParamDecoder
  readonly preservePath: boolean
  readonly accept: Accept | undefined
  /** Whether to look at what files are, be it only to say so. */
  readonly sniff: boolean
  readonly hash: 'sha256' | undefined
  readonly quota: Quota | undefined
  readonly fileFilter: FileFilter | undefined
  readonly streamHandler: StreamHandler | undefined
  readonly defCharset: string | undefined
  readonly fileHwm: number | undefined
  readonly highWaterMark: number | undefined
}

/** @throws {TypeError} for an option that cannot be meant; see each option. */
export function planUploads(given: Options): Plan {
  const options: Options = Object.assign(Object.create(null) as Options, given)
  const { storage, dest, hash, fileFilter, streamHandler } = options
  if (hash !== undefined && hash !== 'sha256') {
    throw new TypeError(`Expected hash to be 'sha256', got ${String(hash)}`)
  }
  if (streamHandler !== undefined && typeof streamHandler !== 'function') {
    throw new TypeError('Expected streamHandler to be a function')
  }
  if (fileFilter != null && typeof fileFilter !== 'function') {
    throw new TypeError('Expected fileFilter to be a function')
  }
  return {
    storage: storage ?? (dest ? diskStorage({ destination: dest }) : memoryStorage()),
    limitsFor: limitsOf(options.limits),
    decodeParam: paramDecoder(options.defParamCharset),
    preservePath: options.preservePath ?? false,
    accept: options.accept && new Accept(options.accept),
    sniff: options.sniff ?? false,
    hash,
    quota: options.quota,
    fileFilter,
    streamHandler,
    defCharset: options.defCharset,
    fileHwm: options.fileHwm,
    highWaterMark: options.highWaterMark,
  }
}

function limitsOf(limits: Options['limits']): Plan['limitsFor'] {
  if (typeof limits === 'function') return (req) => resolveLimits(limits(req) ?? {})
  const resolved = resolveLimits(limits ?? {})
  return () => resolved
}
