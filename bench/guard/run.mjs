// node run.mjs <app> <requests>: nothing but requests, for whoever counts instructions around it.
import { apps, requester } from './requests.mjs'

const [name, count] = process.argv.slice(2)
const request = requester(apps[name]())
for (let i = 0; i < Number(count); i++) request()
