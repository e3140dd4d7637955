const ALONE = 'is a word of layouts only as a statement, or as all that a tag holds'

/**
 * What to write for a name that the packages around EJS know (ejs-mate, ejs-locals,
 * express-ejs-layouts), or for one of our own words where it is none. Told when data has no such name.
 */
export const LAYOUT_HINTS: ReadonlyMap<string, string> = new Map([
  ['body', "a layout prints its page by `block('body')`"],
  ['layout', `\`layout\` ${ALONE}`],
  ['block', `\`block\` ${ALONE}; what adds to a block is \`append('name', content)\``],
  [
    'pagelet',
    '`pagelet` is a word of the language only as a statement, with its content in a function',
  ],
  ['append', `\`append\` ${ALONE}`],
  ['prepend', `\`prepend\` ${ALONE}`],
  ['blocks', "a layout prints a block by `block('name')`"],
  ['script', "a page adds to a block of its layout by `append('scripts', content)`"],
  ['stylesheet', "a page adds to a block of its layout by `append('styles', content)`"],
  ['scripts', "a layout prints a block by `block('scripts')`"],
  ['stylesheets', "a layout prints a block by `block('styles')`"],
  ['contentFor', "a page fills a block of its layout by `block('name', content)`"],
  ['defineContent', "a layout prints a block by `block('name')`"],
  ['partial', "a part is included by `include('name', data)`"],
])
