/*
 * Small apps, each around the package by whose name they go: `app` builds it on the Express that it is given,
 * `requests` are sent one after the other, with the cookies that came back. `differs` names the entry of
 * docs/differences.md by which some of the answers are otherwise.
 */
module.exports = {
  ...require('./headers.cjs'),
  ...require('./bodies.cjs'),
  ...require('./sessions.cjs'),
  ...require('./pages.cjs'),
  ...require('./services.cjs'),
}
