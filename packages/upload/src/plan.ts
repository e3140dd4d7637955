import { Accept } from './accept.ts'
import { type ResolvedLimits, resolveLimits } from './limits.ts'
import { type ParamDecoder, paramDecoder } from './param-text.ts'
import { diskStorage } from './storages/disk.ts'
import { memoryStorage } from './storages/memory.ts'
import type { Options, StorageEngine, UploadRequest } from './types.ts'

/** The options of an uploader, checked once, ready to be used by every request. */
export interface Plan extends Pick<
  Options,
  'defCharset' | 'fileFilter' | 'highWaterMark' | 'quota' | 'streamHandler'
> {
  readonly storage: StorageEngine
  readonly limitsFor: (req: UploadRequest) => ResolvedLimits
  readonly decodeParam: ParamDecoder
  readonly preservePath: boolean
  readonly fileHwm: number | undefined
  readonly hash: 'sha256' | undefined
  readonly accept: Accept | undefined
  /** Whether to look at what files are, be it only to say so. */
  readonly sniff: boolean
}

/** @throws {TypeError} for an option that cannot be meant; see each option. */
export function planUploads(options: Options): Plan {
  const { storage, dest, hash, streamHandler, fileFilter } = options
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
    ...options,
    storage: storage ?? (dest ? diskStorage({ destination: dest }) : memoryStorage()),
    limitsFor: limitsOf(options.limits),
    decodeParam: paramDecoder(options.defParamCharset),
    fileHwm: options.fileHwm,
    hash,
    preservePath: options.preservePath ?? false,
    accept: options.accept && new Accept(options.accept),
    sniff: options.sniff ?? false,
  }
}

function limitsOf(limits: Options['limits']): Plan['limitsFor'] {
  if (typeof limits === 'function') return (req) => resolveLimits(limits(req) ?? {})
  const resolved = resolveLimits(limits ?? {})
  return () => resolved
}
