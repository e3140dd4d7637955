import Handlebars from 'handlebars'

import { serve } from './elsewhere.mjs'
import { files } from './pages.mjs'

for (const name of ['base', 'head', 'nav', 'foot']) Handlebars.registerPartial(name, file(name))

serve({
  'small page': file('small'),
  '50 rows': file('rows'),
  'layout and 3 partials': file('page'),
  '1 MiB escaped': file('big'),
})

function file(name) {
  return Handlebars.compile(files[`${name}.hbs`])
}
