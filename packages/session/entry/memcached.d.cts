import memcached from '../dist/memcached.js'

export = memcached
