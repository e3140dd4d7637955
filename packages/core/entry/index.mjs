import express from './index.cjs'

export default express
export const { Router } = express
