import http from './http.cjs'

export default http
export * from '../dist/http.js'
