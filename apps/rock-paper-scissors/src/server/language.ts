import type { Request, Response } from '@tokkyu/core'
import { parseCookies } from '@tokkyu/session'

import { CHINESE } from './chinese.ts'
import { ENGLISH } from './english.ts'
import { isLanguage, type Language, LANGUAGES } from './languages.ts'
import type { Messages } from './messages.ts'

const MESSAGES: Readonly<Record<Language, Messages>> = { en: ENGLISH, zh: CHINESE }

/** What of a request, with whatever body, says which language is wanted. */
type Asking = Pick<Request, 'headers' | 'acceptsLanguages'>

/** Holds the language that was chosen; it is no secret, and no part of the session. */
export const LANGUAGE_COOKIE = 'language'

/**
 * Picks the language that was chosen with the switch, else the best of `Accept-Language`, English when
 * neither is asked for, and tells caches and readers about it. Any Chinese will do: zh, zh-CN, zh-Hant-TW.
 */
export function speak(req: Asking, res: Pick<Response, 'vary' | 'set'>): Messages {
  const messages = MESSAGES[languageOf(req)]
  res.vary(['Accept-Language', 'Cookie'])
  res.set('Content-Language', messages.tag)
  return messages
}

function languageOf(req: Asking): Language {
  const chosen = parseCookies(req.headers.cookie)[LANGUAGE_COOKIE]
  if (isLanguage(chosen)) return chosen
  const best = req.acceptsLanguages([...LANGUAGES])
  return isLanguage(best) ? best : 'en'
}
