import rpc from './index.cjs'

export const {
  connect,
  createRpcServer,
  defaultLimits,
  loadService,
  Metadata,
  ProtocolError,
  RpcError,
  RpcOptionError,
  SchemaError,
  statusCodes,
  unknownFields,
} = rpc
