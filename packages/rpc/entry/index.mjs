import rpc from './index.cjs'

export const {
  connect,
  createRpcServer,
  defaultLimits,
  dnsRegistry,
  fileRegistry,
  healthService,
  loadService,
  Metadata,
  ProtocolError,
  RpcError,
  RpcOptionError,
  SchemaError,
  staticRegistry,
  statusCodes,
  unknownFields,
} = rpc
