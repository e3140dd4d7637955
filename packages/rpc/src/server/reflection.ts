import type { Handlers } from '../answering/handlers.ts'
import { statusCodes } from '../errors/status-code.ts'
import { descriptorsIn, type FileDescriptor } from '../schema/file-descriptors.ts'
import { rootOf } from '../schema/load-service.ts'
import type {
  ReflectionAnswer,
  ReflectionRequest,
  ReflectionService,
} from '../schema/reflection-service.ts'

/** A service, of whatever shape. */
interface Named {
  readonly name: string
}

/** Describes the services of a server to whoever asks it. */
export class Reflection {
  readonly #services: Named[] = []
  /** Made when somebody asks first: most servers are never asked. */
  #files: Map<string, FileDescriptor> | undefined

  add(service: Named): void {
    this.#services.push(service)
    this.#files = undefined
  }

  get handlers(): Handlers<ReflectionService> {
    return {
      serverReflectionInfo: (requests) => this.#answers(requests),
    }
  }

  async *#answers(requests: AsyncIterable<ReflectionRequest>): AsyncGenerator<ReflectionAnswer> {
    for await (const request of requests) {
      yield { originalRequest: request, ...this.#answer(request) }
    }
  }

  #answer(request: ReflectionRequest): ReflectionAnswer {
    const { messageRequest: kind } = request
    if (kind === 'listServices') {
      const names = this.#services.map(({ name }) => ({ name }))
      return { listServicesResponse: { service: names } }
    }
    if (kind === 'fileByFilename') return this.#withImports(this.#known().get(request[kind]!))
    if (kind === 'fileContainingSymbol') return this.#withImports(this.#defining(request[kind]!))
    const type = kind === 'allExtensionNumbersOfType' ? request[kind]! : undefined
    if (type !== undefined && this.#defining(type)) {
      return { allExtensionNumbersResponse: { baseTypeName: type, extensionNumber: [] } }
    }
    return notFound
  }

  #defining(symbol: string): FileDescriptor | undefined {
    return [...this.#known().values()].find(({ symbols }) => symbols.includes(symbol))
  }

  /** A file with all that it imports: what a client needs to read it. */
  #withImports(file: FileDescriptor | undefined): ReflectionAnswer {
    if (!file) return notFound
    const all = new Set([file])
    for (const { imports } of all) {
      for (const name of imports) {
        const imported = this.#known().get(name)
        if (imported) all.add(imported)
      }
    }
    return { fileDescriptorResponse: { fileDescriptorProto: [...all].map(({ bytes }) => bytes) } }
  }

  #known(): Map<string, FileDescriptor> {
    this.#files ??= new Map(
      this.#services.flatMap((service) => descriptorsOf(service)).map((file) => [file.name, file]),
    )
    return this.#files
  }
}

function descriptorsOf(service: Named): FileDescriptor[] {
  const root = rootOf(service)
  return root ? descriptorsIn(root) : []
}

const notFound: ReflectionAnswer = {
  errorResponse: { errorCode: statusCodes.NOT_FOUND.number, errorMessage: 'Not found' },
}
