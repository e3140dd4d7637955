// The whole app with our session, views and upload; helmet, cors, compression, morgan and the rest stay.
import { wholeApp } from '../whole-app/express-like.mjs'
import { express, load } from './tokkyu.mjs'

const session = await load('session')
const upload = await load('upload')

export const apps = {
  whole: () => wholeApp(express, { session, upload, view: 'page.html', log: 'tokkyu-own' }),
}
