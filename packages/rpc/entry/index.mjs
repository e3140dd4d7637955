import rpc from './index.cjs'

export const { loadService, Metadata, ProtocolError, RpcError, statusCodes } = rpc
