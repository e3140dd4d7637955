export * from '../dist/modules.js'
