// A framework that is given an app of ours. Never run.
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express'

import express, { type NextFunction, type Request, type Response } from '@tokkyu/core'

class Module {}

const app = express()
const nest = await NestFactory.create<NestExpressApplication>(Module, new ExpressAdapter(app))
nest.use((req: Request, _res: Response, next: NextFunction) => next(req.ip ? undefined : 'route'))
nest.set('trust proxy', 1)
nest.useBodyParser('json', { limit: '1mb' })
await nest.listen(0)
