import express, { Router, type Request } from '@tokkyu/core'
const r: Request = { url: '' }
const q: express.Request = r
console.log(express(), Router, q)
