import { randomBytes } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

import { formOf, TYPES } from '../report/accepted-form.ts'
import { reportJson } from '../report/as-json.ts'
import { pagePolicy, reportPage } from '../report/as-page.ts'
import { reportText } from '../report/as-text.ts'
import { reportRequest } from './report-request.ts'

/** What the framework's final handler is about to send; see its `tokkyu.fallback`. */
interface Fallback {
  readonly req: IncomingMessage
  readonly error: unknown
  readonly status: number
  readonly page: { type: string; policy: string; body: string }
}

/** Has the final handler answer with a report: a page for browsers, JSON or text for others. */
export function showErrorPages(): void {
  subscribe('tokkyu.fallback', (message) => {
    const { req, error, status, page } = message as Fallback
    const report = reportRequest(req, status, error || undefined)
    const form = formOf(req.headers.accept)
    page.type = `${TYPES[form]}; charset=utf-8`
    if (form === 'page') {
      const nonce = randomBytes(16).toString('base64')
      page.policy = pagePolicy(nonce)
      page.body = reportPage(report, nonce)
    } else page.body = form === 'json' ? reportJson(report) : `${reportText(report)}\n`
  })
}
