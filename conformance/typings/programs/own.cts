// Our packages under CommonJS, each with each other. Never run.
import express = require('@tokkyu/core')
import session = require('@tokkyu/session')
import upload = require('@tokkyu/upload')
import createEngine = require('@tokkyu/views')
import ejs = require('@tokkyu/views/ejs')
import Router = require('@tokkyu/router')

const app = express()
app.engine('html', createEngine().express)
app.engine('html', ejs.renderFile).engine('ejs', ejs.__express)
app.use(session({ secret: 'secret' }), session.csrf())
app.post('/:name', upload({ dest: 'uploads' }).single('file'), (req, res) => {
  const html: string = ejs.render('<%= name %>', { name: req.params.name })
  res.send(html + req.csrfToken() + (req.file?.path ?? ''))
})
const options: ejs.Options = { delimiter: '?' }
const compiled: ejs.TemplateFunction | ejs.AsyncTemplateFunction = ejs.compile('', options)
const router = new Router()
router.use(session({ secret: 'secret' })).use(app)
app.use(router, (_req, res) => res.send(compiled()))
