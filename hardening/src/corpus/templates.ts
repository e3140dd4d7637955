import type { Attack, Expectation } from '../attack.ts'
import { get } from './request.ts'

const EJS = /x-was-code/ // what an attack would have the browser run
type Row = readonly [
  id: string,
  name: string,
  template: string,
  value: string,
  ...absent: (string | RegExp)[],
]

/**
 * A template with a value in it, and what must not be printed. A template that gives no safe place
 * to a value may be refused instead, with 500: then nothing is printed at all.
 */
function values(rule: string, rows: readonly Row[]): Attack[] {
  return rows.map(([id, name, template, value, ...absent]) =>
    attack(id, name, rule, template, value, { status: [200, '4xx', 500], absent }),
  )
}

/** Honest values, which must be printed. */
function honest(rule: string, rows: readonly Row[]): Attack[] {
  return rows.map(([id, name, template, value, ...present]) =>
    attack(id, name, rule, template, value, { status: [200], present }),
  )
}

function attack(
  id: string,
  name: string,
  rule: string,
  template: string,
  value: string,
  expect: Expectation,
): Attack {
  return {
    id: `templates/${id}`,
    class: 'templates',
    name,
    rule,
    steps: [get(`/page/${id}?x=${encodeURIComponent(value)}`)],
    needs: 'views',
    template,
    expect,
  }
}

const IMG = '<img src=x onerror=alert(1)>'
const JS_URL = 'javascript:alert(1)'
const RAN_URL = /(?:href|src|action|formaction|data|poster)=["']?\s*(?:java|vb)script:/i

const text = values('WHATWG HTML §13.2.5.1', [
  ['text', 'markup in text', '<p><%= x %></p>', IMG, '<img'],
  ['text-script', 'a script in text', '<p><%= x %></p>', '<script>alert(1)</script>', '<script'],
  [
    'title',
    'markup in a title',
    '<title><%= x %></title>',
    '</title><script>alert(1)</script>',
    '<script',
  ],
  [
    'textarea',
    'markup in a textarea',
    '<textarea><%= x %></textarea>',
    '</textarea><script>alert(1)</script>',
    '<script',
  ],
  [
    'attribute',
    'a quote in an attribute',
    '<input value="<%= x %>">',
    '" onfocus=alert(1) autofocus x="',
    /" onfocus/,
  ],
  [
    'attribute-single',
    "a quote in an attribute with ' ",
    "<input value='<%= x %>'>",
    "' onfocus=alert(1) autofocus x='",
    /' onfocus/,
  ],
  [
    'attribute-bare',
    'a space in an unquoted attribute',
    '<input value=<%= x %>>',
    'x onfocus=alert(1) autofocus',
    / onfocus=/,
  ],
  [
    'attribute-bare-slash',
    'a slash in an unquoted attribute',
    '<a title=<%= x %>>',
    '/onfocus=alert(1)',
    /=\/?onfocus=alert/,
  ],
  [
    'attribute-bare-tick',
    'a back-tick in an unquoted attribute',
    '<input value=<%= x %>>',
    '`onfocus=alert(1)',
    /value=`/,
  ],
  [
    'attribute-bare-empty',
    'nothing in an unquoted attribute',
    '<input value=<%= x %> class="y">',
    '',
    /value= class/,
  ],
  [
    'comment',
    'the end of a comment',
    '<!-- <%= x %> -->',
    '--><script>alert(1)</script>',
    '<script',
  ],
  [
    'comment-bang',
    'another end of a comment',
    '<!-- <%= x %> -->',
    '--!><script>alert(1)</script>',
    '<script',
  ],
  [
    'noscript',
    'markup in noscript',
    '<noscript><p title="<%= x %>"></p></noscript>',
    '</noscript><script>alert(1)</script>',
    '<script',
  ],
  ['svg-title', 'markup in a title of SVG', '<svg><title><%= x %></title></svg>', IMG, '<img'],
  ['math', 'markup in MathML', '<math><mtext><%= x %></mtext></math>', IMG, '<img'],
  [
    'template-element',
    'markup in a template element',
    '<template><p><%= x %></p></template>',
    IMG,
    '<img',
  ],
])

const urls = values('WHATWG HTML §7.4.2.3.2', [
  ['href', 'a script for a URL', '<a href="<%= x %>">x</a>', JS_URL, RAN_URL],
  [
    'href-capitals',
    'a script in capitals for a URL',
    '<a href="<%= x %>">x</a>',
    'JaVaScRiPt:alert(1)',
    RAN_URL,
  ],
  [
    'href-space',
    'a script behind spaces for a URL',
    '<a href="<%= x %>">x</a>',
    ' \t\njavascript:alert(1)',
    RAN_URL,
  ],
  [
    'href-control',
    'a script behind a control character for a URL',
    '<a href="<%= x %>">x</a>',
    '\u0001javascript:alert(1)',
    '\u0001javascript:',
  ],
  [
    'href-tab',
    'a script with a tab inside for a URL',
    '<a href="<%= x %>">x</a>',
    'java\tscript:alert(1)',
    /java(?:\t|&#\w+;)script:/,
  ],
  [
    'href-line-feed',
    'a script with a line feed inside for a URL',
    '<a href="<%= x %>">x</a>',
    'java\nscript:alert(1)',
    /java(?:\n|&#\w+;)script:/,
  ],
  [
    'href-entity',
    'a script with entities for a URL',
    '<a href="<%= x %>">x</a>',
    'java&#115;cript:alert(1)',
    /href="java&#115;/,
  ],
  [
    'href-vbscript',
    'another script for a URL',
    '<a href="<%= x %>">x</a>',
    'vbscript:msgbox(1)',
    RAN_URL,
  ],
  [
    'href-data',
    'a page for a URL',
    '<a href="<%= x %>">x</a>',
    'data:text/html,<script>alert(1)</script>',
    /href="data:text/,
  ],
  ['href-bare', 'a script for an unquoted URL', '<a href=<%= x %>>x</a>', JS_URL, RAN_URL],
  [
    'href-prefix',
    'the rest of a script for a URL',
    '<a href="java<%= x %>">x</a>',
    'script:alert(1)',
    RAN_URL,
  ],
  [
    'href-static-script',
    'a value behind javascript:',
    '<a href="javascript:go(\'<%= x %>\')">x</a>',
    "'),alert(1),('",
    /'\),alert|&#39;\),alert|%27\),alert/,
  ],
  ['src', 'a script for a frame', '<iframe src="<%= x %>"></iframe>', JS_URL, RAN_URL],
  ['action', 'a script for an action', '<form action="<%= x %>"></form>', JS_URL, RAN_URL],
  [
    'formaction',
    'a script for the action of a button',
    '<button formaction="<%= x %>">x</button>',
    JS_URL,
    RAN_URL,
  ],
  ['object-data', 'a script for an object', '<object data="<%= x %>"></object>', JS_URL, RAN_URL],
  [
    'xlink',
    'a script for a link of SVG',
    '<svg><a xlink:href="<%= x %>"><text>x</text></a></svg>',
    JS_URL,
    RAN_URL,
  ],
  [
    'animate',
    'a script that an animation sets',
    '<svg><a><animate attributeName="href" values="<%= x %>"/></a></svg>',
    JS_URL,
    /values="javascript:/i,
  ],
  ['base', 'a script for the base of URLs', '<base href="<%= x %>">', JS_URL, RAN_URL],
  [
    'srcset',
    'a script among images',
    '<img srcset="a.png 1x, <%= x %> 2x">',
    JS_URL,
    /, *javascript:/i,
  ],
  [
    'script-src',
    'the data URL of a script',
    '<script src="<%= x %>"></script>',
    'data:text/javascript,alert(1)',
    /src="data:text/,
  ],
])

const scripts = values('WHATWG HTML §4.12.1.3', [
  [
    'script-value',
    'a statement where a value stands in a script',
    '<script>var a = <%= x %></script>',
    '1;alert("x-was-code")',
    /= 1;alert/,
  ],
  [
    'script-end',
    'the end of a script',
    '<script>var a = <%= x %></script>',
    '</script><img src=x onerror=alert(1)>',
    '</script><img',
  ],
  [
    'script-string',
    'a quote in a string of a script',
    '<script>var a = "<%= x %>"</script>',
    '";alert(1);"',
    /"";alert/,
  ],
  [
    'script-string-single',
    "a quote in a string of a script with '",
    "<script>var a = '<%= x %>'</script>",
    String.raw`\';alert(1);//`,
    /'\\';alert/,
    /'\\\\';alert/,
  ],
  [
    'script-string-backslash',
    'a backslash before the end of a string',
    '<script>var a = "<%= x %>"; var b = ";alert(1)//"</script>',
    '\\',
    /"\\";/,
  ],
  [
    'script-string-line-feed',
    'a line feed in a string',
    '<script>var a = "<%= x %>"</script>',
    'a\nalert(1)',
    /"a\nalert/,
  ],
  [
    'script-string-end',
    'the end of a script in a string',
    '<script>var a = "<%= x %>"</script>',
    '</script><script>alert(1)//',
    '</script><script',
  ],
  [
    'script-string-comment',
    'the beginning of a comment of HTML in a string',
    '<script>var a = "<%= x %>"</script><p title="</script>">',
    '<!--<script>',
    /"<!--<script/,
  ],
  [
    'script-template',
    'a value in a template literal',
    '<script>var a = `<%= x %>`</script>',
    '${alert("x-was-code")}',
    /`\$\{alert/,
  ],
  [
    'script-regexp',
    'a value in a regular expression',
    '<script>var a = /<%= x %>/</script>',
    '/;alert(1);/',
    /\/\/;alert/,
  ],
  [
    'script-comment',
    'a line feed in a comment of a script',
    '<script>// <%= x %>\nvar a</script>',
    'x\nalert(1)',
    /\/\/ x\nalert/,
  ],
  [
    'script-block-comment',
    'the end of a comment of a script',
    '<script>/* <%= x %> */ var a</script>',
    '*/alert(1)/*',
    /\*\/alert/,
  ],
  [
    'script-type-entity',
    'a script whose type is written in entities',
    '<script type="text&#47;javascript">var a = <%= x %></script>',
    '1;alert(1)',
    /= 1;alert/,
  ],
  [
    'script-type-first',
    'a script whose second type is data',
    '<script type="text/javascript" type="text/plain">var a = <%= x %></script>',
    '1;alert(1)',
    /= 1;alert/,
  ],
  [
    'script-type-module',
    'a value in a module',
    '<script type="module">let a = <%= x %></script>',
    '1;alert(1)',
    /= 1;alert/,
  ],
  [
    'script-type-babel',
    'a script for Babel',
    '<script type="text/babel">var a = <%= x %></script>',
    '1;alert(1)',
    /= 1;alert/,
  ],
  [
    'script-type-jsx',
    'a script of JSX',
    '<script type="text/jsx">var a = <%= x %></script>',
    '1;alert(1)',
    /= 1;alert/,
  ],
  [
    'script-type-typescript',
    'a script of TypeScript',
    '<script type="text/typescript">var a = <%= x %></script>',
    '1;alert(1)',
    /= 1;alert/,
  ],
  [
    'script-importmap',
    'a map of imports',
    '<script type="importmap">{"imports":{"a":"<%= x %>"}}</script>',
    'x","b":"data:text/javascript,alert(1)',
    /"b":"data:/,
  ],
  [
    'script-json',
    'a quote in a string of JSON',
    '<script type="application/json">{"a":"<%= x %>"}</script>',
    '","admin":true,"b":"',
    /"admin":true/,
  ],
  [
    'script-json-end',
    'the end of a script in JSON',
    '<script type="application/json"><%= x %></script>',
    '</script><img src=x onerror=alert(1)>',
    '</script><img',
  ],
  [
    'handler',
    'a statement in a handler',
    '<a onclick="go(<%= x %>)">x</a>',
    '1);alert("x-was-code"',
    /go\(1\);alert/,
  ],
  [
    'handler-string',
    'a quote in a string of a handler',
    `<a onclick="go('<%= x %>')">x</a>`,
    "');alert(1);('",
    /'\);alert/,
    /&#39;\);alert/,
    /&#x27;\);alert/,
  ],
  [
    'handler-bare',
    'a value in an unquoted handler',
    '<a onclick=go(<%= x %>)>x</a>',
    '1);alert(1',
    /go\(1\);alert/,
  ],
  [
    'handler-name',
    'a handler as the name of an attribute',
    '<a <%= x %>="alert(1)">x</a>',
    'onclick',
    /<a onclick=/,
  ],
  [
    'attribute-name',
    'a handler as a whole attribute',
    '<option <%= x %>>',
    'onclick=alert(1)',
    /<option onclick/,
  ],
  [
    'attribute-name-part',
    'a handler as the rest of the name of an attribute',
    '<a on<%= x %>="alert(1)">x</a>',
    'click',
    /<a onclick=/,
  ],
  ['tag-name', 'the name of an element', '<<%= x %>>alert(1)</<%= x %>>', 'script', /<script>/],
  [
    'tag-name-part',
    'the rest of the name of an element',
    '<s<%= x %>>alert(1)</s<%= x %>>',
    'cript',
    /<script>/,
  ],
  [
    'tag-name-empty',
    'nothing in the middle of the name of an element',
    '<scr<%= x %>ipt>alert("x-was-code")</script>',
    '',
    EJS,
  ],
])

const RAN = /javascript:alert|&#39;\);alert|= 1;alert/
const pages = values('WHATWG HTML §4.8.5', [
  [
    'srcdoc-text',
    'markup in the text of a page inside',
    '<iframe srcdoc="<p><%= x %></p>"></iframe>',
    IMG,
    /srcdoc="<p>(?:<|&lt;)img/,
  ],
  [
    'srcdoc-href',
    'a script for a URL of a page inside',
    `<iframe srcdoc="<a href='<%= x %>'>x</a>"></iframe>`,
    JS_URL,
    RAN,
  ],
  [
    'srcdoc-handler',
    'a statement in a handler of a page inside',
    `<iframe srcdoc="<a onclick='go(<%= x %>)'>x</a>"></iframe>`,
    '1);alert(1',
    /go\(1\);alert/,
  ],
  [
    'srcdoc-bare',
    'a space in an unquoted attribute of a page inside',
    '<iframe srcdoc="<input value=<%= x %>>"></iframe>',
    'x onfocus=alert(1) autofocus',
    / onfocus=alert/,
  ],
  [
    'srcdoc-script',
    'a statement in a script of a page inside',
    '<iframe srcdoc="<script>var a = <%= x %></script>"></iframe>',
    '1;alert(1)',
    RAN,
  ],
  [
    'srcdoc-tag',
    'the name of an element of a page inside',
    '<iframe srcdoc="<<%= x %>>"></iframe>',
    'img src=x onerror=alert(1)',
    /<img src/,
  ],
  [
    'srcdoc-style',
    'a style of a page inside',
    `<iframe srcdoc="<p style='background:url(<%= x %>)'>"></iframe>`,
    'x);background:url(//evil.test',
    /x\);background/,
  ],
])

const raw = values('WHATWG HTML §13.2.5.4', [
  [
    'raw-script-json',
    'raw JSON that leaves a script and comes back',
    '<script>var d = <%- JSON.stringify(x) %></script>',
    '</script><img src=x onerror=alert(1)><script>"',
    '<img src=x',
  ],
  [
    'raw-script-string',
    'raw text that leaves a string of a script and comes back',
    '<script>var d = "<%- x %>"</script>',
    '</script><img src=x onerror=alert(1)><script>"',
    '<img src=x',
  ],
  [
    'raw-attribute',
    'raw text that leaves an attribute and comes back',
    '<input value="<%- x %>">',
    '"><img src=x onerror=alert(1)><input value="',
    '<img src=x',
  ],
  [
    'raw-attribute-single',
    "raw text that leaves an attribute with ' and comes back",
    "<input value='<%- x %>'>",
    "'><img src=x onerror=alert(1)><input value='",
    '<img src=x',
  ],
  [
    'raw-attribute-handler',
    'raw text that adds an attribute',
    '<input value="<%- x %>">',
    '" onfocus=alert(1) autofocus x="',
    /" onfocus/,
  ],
  [
    'raw-textarea',
    'raw text that leaves a textarea and comes back',
    '<textarea><%- x %></textarea>',
    '</textarea><img src=x onerror=alert(1)><textarea>',
    '<img src=x',
  ],
  [
    'raw-title',
    'raw text that leaves a title and comes back',
    '<title><%- x %></title>',
    '</title><img src=x onerror=alert(1)><title>',
    '<img src=x',
  ],
  [
    'raw-style',
    'raw text that leaves a style and comes back',
    '<style><%- x %></style>',
    '</style><img src=x onerror=alert(1)><style>',
    '<img src=x',
  ],
  [
    'raw-comment',
    'raw text that leaves a comment and comes back',
    '<!-- <%- x %> -->',
    '--><img src=x onerror=alert(1)><!--',
    '<img src=x',
  ],
  [
    'raw-unclosed',
    'raw text that opens a script and leaves it open',
    '<p><%- x %></p>',
    '<script>',
    '<script>',
  ],
])

/** Run as an expression; inside quotes it is a text of the program. */
const LIBRARY = /(?<!&quot;)(?:alert\(1\)|constructor\.constructor)/
const libraries = [
  ...values('Alpine.js, directives', [
    [
      'alpine-data',
      'an expression of Alpine',
      '<div x-data="{ a: <%= x %> }"></div>',
      'alert(1)',
      /a: alert\(1\)/,
    ],
    [
      'alpine-string',
      'a string of Alpine',
      `<div x-text="'<%= x %>'"></div>`,
      "'+alert(1)+'",
      /(?:'|&#39;|&#x27;)\+alert/,
    ],
    [
      'alpine-on',
      'a handler of Alpine',
      '<a @click="go(<%= x %>)">x</a>',
      'alert(1)',
      /go\(alert\(1\)\)/,
    ],
  ]),
  ...values('Vue.js, template syntax', [
    ['vue-bind', 'a binding of Vue', '<a :class="<%= x %>">x</a>', 'alert(1)', LIBRARY],
    ['vue-url', 'a bound URL of Vue', '<a :href="<%= x %>">x</a>', JS_URL, /javascript:/],
    ['vue-html', 'HTML that Vue inserts', '<p v-html="<%= x %>"></p>', IMG, /img src/],
    ['vue-on', 'a handler of Vue', '<a v-on:click="<%= x %>">x</a>', 'alert(1)', LIBRARY],
  ]),
  ...values('htmx, reference of attributes', [
    ['htmx-on', 'a handler of htmx', '<a hx-on:click="<%= x %>">x</a>', 'alert(1)', LIBRARY],
    [
      'htmx-vals',
      'values that htmx evaluates',
      '<a hx-vals="<%= x %>">x</a>',
      'js:{a:alert(1)}',
      /(?<!&quot;)js:\{a:alert/,
    ],
    [
      'htmx-trigger',
      'a filter that htmx evaluates',
      '<a hx-trigger="<%= x %>">x</a>',
      'click[alert(1)]',
      /click\[alert/,
    ],
  ]),
  ...values('Angular, template syntax', [
    ['angular-event', 'a handler of Angular', '<a (click)="<%= x %>">x</a>', 'alert(1)', LIBRARY],
    [
      'angular-property',
      'a property of Angular',
      '<a [innerHTML]="<%= x %>">x</a>',
      'alert(1)',
      LIBRARY,
    ],
    [
      'angular-structure',
      'a structure of Angular',
      '<a *ngIf="<%= x %>">x</a>',
      'alert(1)',
      LIBRARY,
    ],
    [
      'angularjs',
      'an expression of AngularJS',
      '<a ng-click="<%= x %>">x</a>',
      "constructor.constructor('alert(1)')()",
      /="constructor/,
    ],
  ]),
  ...values('Datastar, reference of attributes', [
    [
      'data-on',
      'a handler in a data attribute',
      '<a data-on-click="<%= x %>">x</a>',
      'alert(1)',
      LIBRARY,
    ],
  ]),
  ...values('Alpine.js, directives', [
    [
      'library-name',
      'a directive as the name of an attribute',
      '<a <%= x %>="alert(1)">x</a>',
      'x-init',
      /<a x-init=/,
    ],
    [
      'library-name-short',
      'a handler of a library as the name of an attribute',
      '<a <%= x %>="alert(1)">x</a>',
      '@click',
      /<a @click=/,
    ],
    [
      'library-name-whole',
      'a directive as a whole attribute',
      '<a <%= x %>>x</a>',
      'x-init=alert(1)',
      /<a x-init=/,
    ],
  ]),
]

const styles = values('CSS Syntax Level 3 §4', [
  [
    'style-end',
    'the end of a style',
    '<style>a { color: <%= x %> }</style>',
    '</style><img src=x onerror=alert(1)>',
    '</style><img',
  ],
  [
    'style-rule',
    'another rule in a style',
    '<style>a { color: <%= x %> }</style>',
    'red } body { display: none',
    /red \} body \{ display/,
  ],
  [
    'style-import',
    'a URL in a style',
    '<style>a { background: <%= x %> }</style>',
    'url(//evil.test/steal)',
    /url\(\/\/evil/,
  ],
  [
    'style-declaration',
    'another declaration in a style',
    '<p style="color: <%= x %>">',
    'red; background: url(//evil.test)',
    /red; background: url\(/,
  ],
  [
    'style-string',
    'a quote in a string of a style',
    `<style>a::after { content: "<%= x %>" }</style>`,
    '"} body { display: none } a { content: "',
    /"\} body \{/,
  ],
  [
    'style-comment',
    'the end of a comment of a style',
    '<style>/* <%= x %> */</style>',
    '*/ body { display: none } /*',
    /\*\/ body/,
  ],
])

/** A query that is given to the page whole, as in `res.render(name, req.query)`. */
const options = [
  ['option-output-function', 'outputFunctionName', 'x;__append("x-was-"+"code");y'],
  ['option-escape', 'escapeFunction', '1;__append("x-was-"+"code");'],
  ['option-locals-name', 'localsName', 'x=__append("x-was-"+"code")'],
  ['option-destructured', 'destructuredLocals][0', 'x=__append("x-was-"+"code")'],
  ['option-filename', 'filename', '/etc/passwd'],
].map(([id = '', option = '', code = '']) => {
  const name = `settings[view options][${option}]`
  const query = new URLSearchParams({
    x: 'Ada',
    'settings[view options][client]': '1',
    [name]: code,
  })
  return {
    ...attack(
      id,
      `the option ${option.split(']')[0]} among the data`,
      'CVE-2022-29078',
      '<p><%= x %></p>',
      '',
      { status: [200, '4xx'], absent: [EJS] },
    ),
    steps: [get(`/page/${id}?${query.toString()}`)],
  }
})

const code = values('CWE-1336', [
  ['data-code', 'a template in a value', '<p><%= x %></p>', '<%= 7 * 191 %>', '1337'],
])

const honestValues = honest('WHATWG HTML §13.1.2', [
  ['honest-text', 'honest text', '<p><%= x %></p>', 'Ada', '<p>Ada</p>'],
  ['honest-attribute', 'an honest attribute', '<input value="<%= x %>">', 'Ada', 'value="Ada"'],
  [
    'honest-href',
    'an honest URL',
    '<a href="<%= x %>">x</a>',
    'https://b.test/?a=1',
    'https://b.test/?a=1',
  ],
  [
    'honest-string',
    'an honest string in a script',
    '<script>var a = "<%= x %>"</script>',
    'Ada',
    '"Ada"',
  ],
  ['honest-raw', 'honest raw markup in text', '<p><%- x %></p>', '<b>Ada</b>', '<b>Ada</b>'],
  ['honest-style', 'an honest colour', '<p style="color: <%= x %>">', 'red', 'color: red'],
])

export const templates = [
  ...text,
  ...urls,
  ...scripts,
  ...pages,
  ...raw,
  ...libraries,
  ...styles,
  ...options,
  ...code,
  ...honestValues,
]
