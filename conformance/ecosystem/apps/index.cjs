/*
 * Small apps, each around the package by whose name they go: `app` builds it on the Express that it is given (a server will do, too),
 * `requests` are sent one after the other, with the cookies that came back. `differs` of a request names the entry of
 * docs/differences.md `by` which status and body are otherwise, and what they are on Express and on ours.
 */
module.exports = {
  ...require('./headers.cjs'),
  ...require('./bodies.cjs'),
  ...require('./sessions.cjs'),
  ...require('./pages.cjs'),
  ...require('./services.cjs'),
  ...require('./watchers.cjs'),
  ...require('./frameworks.cjs'),
  ...require('./parts.cjs'),
  ...require('./keepers.cjs'),
  ...require('./next.cjs'),
}
