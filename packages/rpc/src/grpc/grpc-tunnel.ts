import type { Carrier } from '../carriers/carrier.ts'
import { OpenedTunnel } from './tunnel-ends.ts'
import type { GrpcTunnelOptions } from './tunnel-options.ts'

/**
 * Carries calls inside one gRPC stream to a server that offers grpctunnel's `OpenTunnel`: one in Go, or one
 * of ours that listens with `tunnel: true`. Calls go one way. Needs the package `@grpc/grpc-js`.
 *
 * @param address - as gRPC has it: `host:port`
 * @example const catalog = connect(shop, grpcTunnel('gateway.internal:50051'))
 */
export function grpcTunnel(address: string, options: GrpcTunnelOptions = {}): Carrier {
  return {
    name: `grpc:${address}`,
    oneWay: true,
    open: () => new OpenedTunnel('caller', address, options),
  }
}

/**
 * Answers calls inside one gRPC stream to a server that offers grpctunnel's `OpenReverseTunnel`: that server calls,
 * and whoever opens the tunnel need not be reachable. Needs the package `@grpc/grpc-js`.
 *
 * @param address - as gRPC has it: `host:port`
 * @example server.accept(grpcReverseTunnel('gateway.internal:50051'))
 */
export function grpcReverseTunnel(address: string, options: GrpcTunnelOptions = {}): Carrier {
  return {
    name: `grpc:${address}`,
    oneWay: true,
    open: () => new OpenedTunnel('answerer', address, options),
  }
}
