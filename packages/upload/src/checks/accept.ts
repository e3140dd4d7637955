import { FileTypeError } from '../errors/file-errors.ts'
import { UploadOptionError } from '../errors/option-error.ts'

/** Which types of files are let in; see the option `accept`. */
export class Accept {
  readonly #ranges: readonly string[]

  /** @throws {UploadOptionError} for what is not a media type or range, such as an extension. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) {
      if (!/^(?:\*\/\*|[\w.+-]+\/(?:\*|[\w.+-]+))$/.test(range)) {
        const message = `Cannot accept "${range}": expected a media type such as "image/png"`
        throw new UploadOptionError('accept', message)
      }
    }
    this.#ranges = ranges.map(canonical)
  }

  /**
   * @param detected - what the first bytes say, see `detectType`.
   * @param declared - what the client says. It counts among formats that are plain text, which no
   * signature tells apart; and it cannot make markup of a plain text.
   * @throws {MulterError} `FILE_TYPE_REFUSED`.
   */
  check(
    detected: string | undefined,
    declared: string,
    file: { field: string; filename: string },
  ): void {
    if (this.#includes(detected ?? 'application/octet-stream')) return
    if (detected === 'text/plain' && textFormats.test(declared) && this.#includes(declared)) return
    throw new FileTypeError(file, detected, this.#ranges)
  }

  #includes(type: string): boolean {
    const known = canonical(type)
    return this.#ranges.some((range) => {
      if (range === known || range === '*/*') return true
      if (known === 'application/x-cfb' && binaryOffice.has(range)) return true
      // An SVG can run scripts: who wants pictures has to ask for that one by name.
      return range.endsWith('/*') && known.startsWith(range.slice(0, -1)) && known !== svg
    })
  }
}

const svg = 'image/svg+xml'
const textFormats =
  /^(?:text\/(?!html)[\w.+-]+|application\/(?:json|x-ndjson|yaml|x-yaml|toml|sql|[\w.-]+\+json))$/i

// One container, told apart only by a directory that may stand at the file's end (MS-CFB §2.6).
const binaryOffice = new Set([
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
  'application/vnd.ms-outlook',
])

const aliases: Record<string, string> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/vnd.microsoft.icon': 'image/x-icon',
  'image/heic': 'image/heif',
  'image/apng': 'image/png',
  'audio/mp3': 'audio/mpeg',
  'audio/wav': 'audio/x-wav',
  'audio/wave': 'audio/x-wav',
  'audio/x-m4a': 'audio/mp4',
  'audio/x-flac': 'audio/flac',
  'video/avi': 'video/x-msvideo',
  'application/x-zip-compressed': 'application/zip',
  'application/x-gzip': 'application/gzip',
  'application/x-pdf': 'application/pdf',
  'application/x-rar-compressed': 'application/vnd.rar',
  'text/xml': 'application/xml',
}

function canonical(type: string): string {
  const lower = type.toLowerCase()
  return aliases[lower] ?? lower
}
