import memcached from './memcached.cjs'

export default memcached
export * from '../dist/memcached.js'
