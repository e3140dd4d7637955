import rpc from './index.cjs'

export const { ProtocolError, statusCodes } = rpc
