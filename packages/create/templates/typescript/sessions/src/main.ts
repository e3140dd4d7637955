import path from 'node:path'

import { FileStore } from '@tokkyu/session'

import { createApp } from './app.ts'
import { readConfig } from './config.ts'
import { serve } from './serve.ts'

const config = readConfig(process.env)
// Of one process. For several there are RedisStore and MemcachedStore in @tokkyu/session.
const store = new FileStore({ path: path.join(config.dataDirectory, 'sessions.log') })

serve(createApp(config, store), config, () => store.close())
