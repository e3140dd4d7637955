import express from '../dist/index.js'

export = express
