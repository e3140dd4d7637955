import http from '../dist/http.js'

export = http
