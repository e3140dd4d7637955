import type { Request, Response } from '@tokkyu/core'

import { CHINESE, ENGLISH, type Messages } from './messages.ts'

/**
 * Picks the language by `Accept-Language`, English when neither is asked for, and tells caches and
 * readers about it. Any Chinese will do: zh, zh-CN, zh-Hant-TW.
 */
export function speak(req: Request, res: Response): Messages {
  const messages = req.acceptsLanguages('en', 'zh') === 'zh' ? CHINESE : ENGLISH
  res.vary('Accept-Language')
  res.set('Content-Language', messages.tag)
  return messages
}
