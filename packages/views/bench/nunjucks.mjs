import nunjucks from 'nunjucks'

import { serve } from './elsewhere.mjs'

const root = process.argv[2]
const engine = new nunjucks.Environment(new nunjucks.FileSystemLoader(root), { autoescape: true })

serve({
  'small page': file('small'),
  '50 rows': file('rows'),
  'layout and 3 partials': file('page'),
  '1 MiB escaped': file('big'),
})

function file(name) {
  const template = engine.getTemplate(`${name}.njk`, true)
  return (data) => template.render(data)
}
