import { createApp } from './app.js'
import { readConfig } from './config.js'
import { serve } from './serve.js'

const config = readConfig(process.env)

serve(createApp(config), config)
