// Loaded before a server of others (node --require): whoever asks for express gets what is in $STAND_IN.
const Module = require('node:module')
const { createRequire } = Module
const path = require('node:path')
const { pathToFileURL } = require('node:url')

const folder = process.env.STAND_IN
// oxlint-disable no-underscore-dangle -- node's name
const resolve = Module._resolveFilename
Module._resolveFilename = function resolveFilename(request, ...rest) {
  return resolve.call(this, request === 'express' ? folder : request, ...rest)
}
const inside = createRequire(path.join(folder, 'package.json'))
const { name } = inside('./package.json')
const entry = JSON.stringify(
  pathToFileURL(inside.resolve(name === 'express' ? './index.js' : './entry/index.mjs')).href,
)
const hook = `export const resolve = (name, context, next) => next(name === 'express' ? ${entry} : name, context)`
Module.register(`data:text/javascript,${encodeURIComponent(hook)}`)
