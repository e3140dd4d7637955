import upload from './index.cjs'

export default upload
export const {
  defaultLimits,
  diskStorage,
  memoryStorage,
  MulterError,
  parts,
  safeFileName,
  sweepUploads,
} = upload
