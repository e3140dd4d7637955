import { worker } from '@tokkyu/cluster'

import { server } from '../app.mjs'

await worker(server, { port: Number(process.env.PORT), host: '127.0.0.1' })
