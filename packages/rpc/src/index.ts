export type { KeepaliveOptions } from './channel/keepalive.ts'
export type { Address } from './addressing/address.ts'
export type { Balance, Balancer, Candidate } from './addressing/balancer.ts'
export type { BreakerOptions } from './addressing/breaker.ts'
export { dnsRegistry, type DnsRegistryOptions } from './addressing/dns-registry.ts'
export { fileRegistry } from './addressing/file-registry.ts'
export {
  type RedisClient,
  type RedisLease,
  type RedisLeaseOptions,
  redisRegistry,
  type RedisRegistry,
  type RedisRegistryOptions,
} from './addressing/redis-registry.ts'
export {
  type Endpoint,
  type Registry,
  type RegistryObserver,
  staticRegistry,
} from './addressing/registry.ts'
export type { Carrier } from './carriers/carrier.ts'
export { ipcCarrier, type IpcEnd } from './carriers/ipc-carrier.ts'
export { portCarrier } from './carriers/port-carrier.ts'
export type { CallOptions } from './client/call-options.ts'
export type { Client, Responses } from './client/client.ts'
export { type Channel, connect, type ConnectOptions } from './client/connect.ts'
export type { ClientCall } from './client/make-client.ts'
export { reflect, type Reflected, type ReflectOptions } from './client/reflect.ts'
export type { RetryOptions } from './client/retry.ts'
export type { Interceptor } from './context/interceptor.ts'
export { RpcOptionError } from './errors/option-error.ts'
export { ProtocolError } from './errors/protocol-error.ts'
export { SchemaError } from './errors/schema-error.ts'
export { type StatusCode, statusCodes } from './errors/status-code.ts'
export { defaultLimits, type Limits } from './limits.ts'
export type { LongsAs } from './schema/codec.ts'
export { schemaTypes } from './schema/schema-types.ts'
export {
  listServices,
  type LoadOptions,
  loadService,
  type SchemaSource,
} from './schema/load-service.ts'
export type {
  AnyService,
  BidiStream,
  ClientStream,
  Encoding,
  Message,
  Method,
  MethodKind,
  ServerStream,
  Service,
  Unary,
} from './schema/service.ts'
export { unknownFields } from './schema/unknown-fields.ts'
export { grpcReverseTunnel, grpcTunnel } from './grpc/grpc-tunnel.ts'
export type { GrpcTunnelOptions } from './grpc/tunnel-options.ts'
export type { GrpcListenOptions } from './grpc/listen-grpc.ts'
export type { Handler, Handlers } from './answering/handlers.ts'
export { healthService } from './server/health.ts'
export {
  createRpcServer,
  type ListenOptions,
  type RpcServer,
  type RpcServerOptions,
} from './server/rpc-server.ts'
export type { ServerCall } from './answering/server-call.ts'
export { Metadata, type MetadataInit, type MetadataValue } from './status/metadata.ts'
export { RpcError, type RpcErrorOptions } from './status/rpc-error.ts'
