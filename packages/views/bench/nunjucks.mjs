import nunjucks from 'nunjucks'

import { serve } from './elsewhere.mjs'
import { files } from './pages.mjs'

const root = process.argv[2]
const engine = new nunjucks.Environment(new nunjucks.FileSystemLoader(root), { autoescape: true })

serve({
  'small page': file('small'),
  '50 rows': file('rows'),
  'layout and 3 partials': file('page'),
  '1 MiB escaped': file('big'),
  'compile the small page': () => new nunjucks.Template(files['small.njk'], engine, '', true),
})

function file(name) {
  const template = engine.getTemplate(`${name}.njk`, true)
  return (data) => template.render(data)
}
