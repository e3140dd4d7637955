import upload from './index.cjs'

export default upload
export * from '../dist/names.js'
