import type { Handlers } from '../answering/handlers.ts'
import { onAbort } from '../context/on-abort.ts'
import { parseService } from '../schema/load-service.ts'
import type { ServerStream, Service, Unary } from '../schema/service.ts'
import { RpcError } from '../status/rpc-error.ts'

interface Asked {
  service: string
}

interface Health {
  status: 'SERVING' | 'NOT_SERVING'
}

/** gRPC's published health service. */
export interface HealthService {
  check: Unary<Asked, Health>
  watch: ServerStream<Asked, Health>
}

const source = `
  syntax = "proto3";
  package grpc.health.v1;
  message HealthCheckRequest { string service = 1; }
  message HealthCheckResponse {
    enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; }
    ServingStatus status = 1;
  }
  service Health {
    rpc Check(HealthCheckRequest) returns (HealthCheckResponse) { option idempotency_level = NO_SIDE_EFFECTS; }
    rpc Watch(HealthCheckRequest) returns (stream HealthCheckResponse);
  }
`

/**
 * The schema of gRPC's health service, for whoever asks a server; `service` is a name, or '' for all.
 *
 * @example await connect(healthService, 'localhost:4000').check({ service: 'shop.Catalog' })
 */
export const healthService: Service<HealthService> = parseService(source, 'grpc.health.v1.Health')

/** Says that a server serves its services until it is told to stop. */
export class HealthState {
  readonly #services = new Set([''])
  readonly #stopping = new AbortController()

  add(service: string): void {
    this.#services.add(service)
  }

  /** Load balancers shall send no more calls here. */
  stop(): void {
    this.#stopping.abort()
  }

  get handlers(): Handlers<HealthService> {
    const { signal } = this.#stopping
    const services = this.#services
    const now = (): Health => ({ status: signal.aborted ? 'NOT_SERVING' : 'SERVING' })
    return {
      check: ({ service }) => {
        if (services.has(service)) return now()
        throw new RpcError('NOT_FOUND', `There is no service "${service}"`)
      },
      async *watch({ service }, call) {
        if (!services.has(service)) {
          throw new RpcError('NOT_FOUND', `There is no service "${service}"`)
        }
        yield now()
        if (signal.aborted) return
        await eitherAborts(signal, call.signal)
        if (signal.aborted) yield now()
      },
    }
  }
}

function eitherAborts(one: AbortSignal, other: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of [one, other]) {
      if (signal.aborted) resolve()
      else onAbort(signal, resolve)
    }
  })
}
