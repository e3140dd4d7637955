// Pages that are compiled and rendered anew each time, as in development; the language is EJS's.

const product = (i) => ({
  id: i,
  name: `Chair ${i} & table`,
  price: 12.5 * i,
  tags: ['wood', '<oak>'],
  isNew: i % 3 === 0,
})

/** A page as applications have them: 60 lines, 30 tags, of every kind. */
const usual = `<!doctype html>
<html lang="<%= lang %>">
  <head>
    <meta charset="utf-8">
    <title><%= title %> - <%= site.name %></title>
    <link rel="stylesheet" href="<%= site.css %>">
  </head>
  <body class="<%= theme %>">
    <%# The navigation is the same on every page. %>
    <nav>
      <ul>
        <% for (const link of links) { %>
          <li<% if (link.href === here) { %> class="current"<% } %>>
            <a href="<%= link.href %>"><%= link.text %></a>
          </li>
        <% } %>
      </ul>
      <% if (user) { %>
        <p>Signed in as <b><%= user.name %></b> (<%= user.email.toLowerCase() %>)</p>
      <% } else { %>
        <p><a href="/login">Sign in</a></p>
      <% } %>
    </nav>
    <main>
      <h1><%= title %></h1>
      <% const shown = products.filter((product) => product.price < limit) %>
      <p><%= shown.length %> of <%= products.length %> products below <%= limit %> EUR</p>
      <table>
        <thead>
          <tr><th>Name</th><th>Price</th><th>Tags</th></tr>
        </thead>
        <tbody>
          <% shown.forEach((product, i) => { %>
            <tr class="<%= i % 2 ? 'odd' : 'even' %>">
              <td>
                <a href="/products/<%= product.id %>"><%= product.name %></a>
                <% if (product.isNew) { %><strong>new</strong><% } %>
              </td>
              <td><%= money(product.price) %></td>
              <td><%= product.tags.map((tag) => tag.trim()).join(', ') %></td>
            </tr>
          <% }) %>
        </tbody>
      </table>
      <% if (shown.length === 0) { %>
        <p>Nothing here.</p>
      <% } %>
      <form action="/search" method="get">
        <label for="q">Search</label>
        <input id="q" name="q" value="<%= query %>">
        <button type="submit">Go</button>
      </form>
    </main>
    <footer>
      <p>(c) <%= year %> <%= site.name %></p>
    </footer>
  </body>
</html>
`

const small = `<!doctype html>
<h1><%= title %></h1>
<p>Hello <b><%= user.name %></b> from <%= user.city %>, you have <%= count %> messages.</p>
<p class="note"><%= note %></p>
`

const large = Array.from(
  { length: 400 },
  (_, i) => `<% if (rows[${i}]) { -%>
<tr id="r${i}"><td><%= rows[${i}].name %></td><td class="price"><%= money(rows[${i}].price) %></td>
<td><%= title %></td></tr>
<% } -%>
`,
).join('')

export const coldPages = {
  'small page': small,
  'page of 60 lines': usual,
  'page of 2,000 tags': `<table>\n${large}</table>\n`,
}

export const coldData = {
  lang: 'en',
  title: 'Chairs & tables',
  site: { name: 'Example & co', css: '/style.css' },
  theme: 'light',
  here: '/products',
  links: ['home', 'products', 'about'].map((text) => ({ text, href: `/${text}` })),
  user: { name: 'Ada Lovelace', email: 'Ada@example.org', city: 'London' },
  count: 3,
  note: 'Nothing <new> since yesterday',
  products: Array.from({ length: 10 }, (_, i) => product(i)),
  rows: Array.from({ length: 400 }, (_, i) => product(i)),
  limit: 100,
  money: (value) => `${value.toFixed(2)} EUR`,
  query: 'oak "wood"',
  year: 2026,
}
