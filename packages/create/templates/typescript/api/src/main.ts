import { createApp } from './app.ts'
import { readConfig } from './config.ts'
import { serve } from './serve.ts'

const config = readConfig(process.env)

serve(createApp(config), config)
