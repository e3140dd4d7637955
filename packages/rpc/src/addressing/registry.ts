import { RpcOptionError } from '../errors/option-error.ts'
import { type Address, parseAddress } from './address.ts'

/** One of the servers behind a name. */
export interface Endpoint {
  /** `host:port`, `unix:/path`, or one of both as an object. */
  readonly address: string | Address
  /**
   * How many calls it gets next to others; above 0.
   *
   * @default 1
   */
  readonly weight?: number | undefined
}

/** Who hears of the servers behind a name. */
export interface RegistryObserver {
  /** These are the servers, now. Told once at the beginning, and when it changes. */
  changed: (endpoints: readonly Endpoint[]) => void
  /** They could not be found out. Those that are known stay. */
  failed: (error: Error) => void
}

/** Knows which servers are behind a name. */
export interface Registry {
  /** Tells of a name's servers until what is returned is called. */
  watch: (name: string, observer: RegistryObserver) => () => void
}

/**
 * Names with a fixed list of servers each. With a name that is not among them, or a server whose address
 * or weight cannot be meant, calls fail.
 *
 * @example connect(shop, 'catalog', { registry: staticRegistry({ catalog: ['10.0.0.1:4000'] }) })
 */
export function staticRegistry(
  names: Readonly<Record<string, readonly (string | Endpoint)[]>>,
): Registry {
  return {
    watch(name, observer) {
      if (Object.hasOwn(names, name)) observer.changed(names[name]!.map(endpointOf))
      else observer.failed(new RpcOptionError('registry', `There is no server named "${name}"`))
      return () => {}
    },
  }
}

function endpointOf(entry: string | Endpoint): Endpoint {
  const endpoint = typeof entry === 'string' ? { address: entry } : entry
  const { address, weight = 1 } = endpoint
  if (typeof address === 'string') parseAddress(address)
  if (!(weight > 0 && weight < Infinity)) {
    throw new RpcOptionError('weight', `Cannot weigh a server by ${String(weight)}`)
  }
  return endpoint
}
