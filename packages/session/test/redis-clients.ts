import { Cluster, Redis } from 'ioredis'
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis5'
import { createClient, createCluster, createSentinel } from 'redis'
import {
  createClient as createClient5,
  createCluster as createCluster5,
  createSentinel as createSentinel5,
} from 'redis5'
import type { IoredisClient, NodeRedisClient } from '@tokkyu/session/redis'

/** A client as an app makes one, and how the app closes it. */
export interface OpenClient {
  readonly client: NodeRedisClient | IoredisClient
  readonly close: () => void
}

type Address = { host: string; port: number }

/** The clients that are proved: each is opened as its own documentation says. */
export const CLIENTS: [name: string, open: (socket: string) => Promise<OpenClient>][] = [
  [
    'node-redis 6',
    async (path) => {
      const client = createClient({ socket: { path, tls: false } }).on('error', ignore)
      await client.connect()
      return { client, close: () => client.destroy() }
    },
  ],
  [
    'node-redis 5',
    async (path) => {
      const client = createClient5({ socket: { path, tls: false } }).on('error', ignore)
      await client.connect()
      return { client, close: () => client.destroy() }
    },
  ],
  [
    'ioredis 6',
    async (path) => {
      const client = new Redis(path).on('error', ignore)
      return { client, close: () => client.disconnect() }
    },
  ],
  [
    'ioredis 5',
    async (path) => {
      const client = new Redis5(path).on('error', ignore)
      return { client, close: () => client.disconnect() }
    },
  ],
]

export const CLUSTER_CLIENTS: [name: string, open: (nodes: Address[]) => Promise<OpenClient>][] = [
  [
    'node-redis 6',
    async (nodes) => {
      const rootNodes = nodes.map((socket) => ({ socket }))
      const client = createCluster({ rootNodes }).on('error', ignore)
      await client.connect()
      return { client, close: () => client.destroy() }
    },
  ],
  [
    'node-redis 5',
    async (nodes) => {
      const rootNodes = nodes.map((socket) => ({ socket }))
      const client = createCluster5({ rootNodes }).on('error', ignore)
      await client.connect()
      return { client, close: () => client.destroy() }
    },
  ],
  [
    'ioredis 6',
    async (nodes) => {
      const client = new Cluster(nodes, { shardedSubscribers: true }).on('error', ignore)
      return { client, close: () => client.disconnect() }
    },
  ],
  [
    'ioredis 5',
    async (nodes) => {
      const client = new Cluster5(nodes, { shardedSubscribers: true }).on('error', ignore)
      return { client, close: () => client.disconnect() }
    },
  ],
]

export const SENTINEL_CLIENTS: [
  name: string,
  open: (sentinels: Address[], name: string) => Promise<OpenClient>,
][] = [
  [
    'node-redis 6',
    async (sentinelRootNodes, name) => {
      const client = createSentinel({ name, sentinelRootNodes }).on('error', ignore)
      await client.connect()
      return { client, close: () => client.destroy() }
    },
  ],
  [
    'node-redis 5',
    async (sentinelRootNodes, name) => {
      const client = createSentinel5({ name, sentinelRootNodes }).on('error', ignore)
      await client.connect()
      return { client, close: () => client.destroy() }
    },
  ],
  [
    'ioredis 6',
    async (sentinels, name) => {
      const client = new Redis({ sentinels, name }).on('error', ignore)
      return { client, close: () => client.disconnect() }
    },
  ],
  [
    'ioredis 5',
    async (sentinels, name) => {
      const client = new Redis5({ sentinels, name }).on('error', ignore)
      return { client, close: () => client.disconnect() }
    },
  ],
]

function ignore(): void {}
