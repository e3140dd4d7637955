import upload from './index.cjs'

export default upload
