import express from './index.cjs'

export default express
export * from '../dist/names.js'
