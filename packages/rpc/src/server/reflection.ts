import type { Handlers } from '../answering/handlers.ts'
import { statusCodes } from '../errors/status-code.ts'
import { descriptorsIn, type FileDescriptor } from '../schema/file-descriptors.ts'
import { parseService, rootOf } from '../schema/load-service.ts'
import type { BidiStream, Service } from '../schema/service.ts'

interface Asked {
  fileByFilename?: string
  fileContainingSymbol?: string
  fileContainingExtension?: { containingType: string; extensionNumber: number }
  allExtensionNumbersOfType?: string
  listServices?: string
  /** Which of them is asked. */
  messageRequest?: keyof Asked
}

interface Answer {
  originalRequest?: Asked
  fileDescriptorResponse?: { fileDescriptorProto: Uint8Array[] }
  allExtensionNumbersResponse?: { baseTypeName: string; extensionNumber: number[] }
  listServicesResponse?: { service: { name: string }[] }
  errorResponse?: { errorCode: number; errorMessage: string }
}

/** gRPC's published reflection service. */
export interface ReflectionService {
  serverReflectionInfo: BidiStream<Asked, Answer>
}

const source = (version: string): string => `
  syntax = "proto3";
  package grpc.reflection.${version};
  service ServerReflection {
    rpc ServerReflectionInfo(stream ServerReflectionRequest) returns (stream ServerReflectionResponse);
  }
  message ServerReflectionRequest {
    string host = 1;
    oneof message_request {
      string file_by_filename = 3; string file_containing_symbol = 4; ExtensionRequest file_containing_extension = 5;
      string all_extension_numbers_of_type = 6; string list_services = 7;
    }
  }
  message ExtensionRequest { string containing_type = 1; int32 extension_number = 2; }
  message ServerReflectionResponse {
    string valid_host = 1;
    ServerReflectionRequest original_request = 2;
    oneof message_response {
      FileDescriptorResponse file_descriptor_response = 4; ExtensionNumberResponse all_extension_numbers_response = 5;
      ListServiceResponse list_services_response = 6; ErrorResponse error_response = 7;
    }
  }
  message FileDescriptorResponse { repeated bytes file_descriptor_proto = 1; }
  message ExtensionNumberResponse { string base_type_name = 1; repeated int32 extension_number = 2; }
  message ListServiceResponse { repeated ServiceResponse service = 1; }
  message ServiceResponse { string name = 1; }
  message ErrorResponse { int32 error_code = 1; string error_message = 2; }
`

/** The schemas of gRPC's reflection service, of which clients ask the newer first. */
export const reflectionServices: readonly Service<ReflectionService>[] = ['v1', 'v1alpha'].map(
  (version) => parseService(source(version), `grpc.reflection.${version}.ServerReflection`),
)

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

  async *#answers(requests: AsyncIterable<Asked>): AsyncGenerator<Answer> {
    for await (const request of requests) {
      yield { originalRequest: request, ...this.#answer(request) }
    }
  }

  #answer(request: Asked): Answer {
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
  #withImports(file: FileDescriptor | undefined): Answer {
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

const notFound: Answer = {
  errorResponse: { errorCode: statusCodes.NOT_FOUND.number, errorMessage: 'Not found' },
}
