import type { Request, RequestHandler } from '@tokkyu/core'

import { LANGUAGE_COOKIE } from '../language.ts'
import type { Language } from '../languages.ts'

/** How long the choice is remembered: a year, in milliseconds. */
const REMEMBERED_MS = 365 * 24 * 60 * 60 * 1000

/** `POST /language`: remembers a language, and leads back to the page whose switch was pressed. */
export const chooseLanguage: RequestHandler<object, unknown, { language: Language }> = (
  req,
  res,
) => {
  const { language } = req.body
  res.cookie(LANGUAGE_COOKIE, language, {
    maxAge: REMEMBERED_MS,
    httpOnly: true,
    sameSite: 'lax',
    secure: req.secure,
  })
  res.format({
    html: () => res.redirect(303, whereFrom(req)),
    json: () => res.json({ language }),
    text: () => res.send(`${language}\n`),
  })
}

/** The page of this game that the browser names; nobody is led to another site. */
function whereFrom(req: Pick<Request, 'get' | 'host'>): string {
  const referrer = req.get('Referer') ?? ''
  if (!URL.canParse(referrer)) return '/'
  const { host, pathname, search } = new URL(referrer)
  // A path of two slashes would name a host.
  return host === req.host && !pathname.startsWith('//') ? pathname + search : '/'
}
