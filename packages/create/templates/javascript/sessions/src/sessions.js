import session from '@tokkyu/session'

/** Gives each request the session of its visitor, hardened where it comes over https. */
export function sessions({ behindTls, sessionSecret }, store) {
  const options = { secret: sessionSecret, store }
  if (behindTls) return session({ ...options, hardened: true })
  return session({
    ...options,
    resave: false,
    saveUninitialized: false,
    cookie: { sameSite: 'lax' }, // as much of it as there can be on plain http
  })
}
