import rpc from './index.cjs'

export const {
  connect,
  createRpcServer,
  defaultLimits,
  dnsRegistry,
  fileRegistry,
  grpcTunnel,
  healthService,
  ipcCarrier,
  loadService,
  Metadata,
  portCarrier,
  ProtocolError,
  redisRegistry,
  RpcError,
  RpcOptionError,
  SchemaError,
  staticRegistry,
  statusCodes,
  unknownFields,
} = rpc
