import { type IncomingMessage, STATUS_CODES } from 'node:http'

import { isApplication } from '../program/application.ts'
import { faultsOf } from '../report/faults.ts'
import { missingViewHints, unansweredHints } from '../report/hints.ts'
import type { Hint, Report, RequestReport, Table } from '../report/report.ts'
import { maskQuery } from '../report/secrets.ts'
import { rowsOf } from '../report/show-value.ts'
import { passedBy, routeOf } from './journey.ts'

/** What an application adds to a request. */
interface RoutedRequest extends IncomingMessage {
  readonly originalUrl?: string
  readonly params?: unknown
  readonly query?: unknown
  readonly app?: unknown
}

/** The report of a request that failed, or that nobody answered when there is no error. */
export function reportRequest(req: RoutedRequest, status: number, error: unknown): Report {
  return {
    headline: `${status} ${STATUS_CODES[status] ?? 'Error'}`,
    status,
    faults: error === undefined || error === null ? [] : faultsOf(error),
    request: requestReport(req),
    hints: quietly(() => (error ? missingViewHints(error) : hintsOf(req))),
  }
}

function hintsOf(req: RoutedRequest): Hint[] {
  const { app, method = 'GET' } = req
  return isApplication(app) ? unansweredHints(app, method, targetOf(req)) : []
}

function requestReport(req: RoutedRequest): RequestReport {
  const route = routeOf(req)
  return {
    method: req.method ?? '',
    url: maskQuery(targetOf(req)),
    tables: tablesOf(req, route?.params ?? req.params),
    route: route?.text,
    routePlace: route?.place,
    passed: passedBy(req),
  }
}

function tablesOf(req: RoutedRequest, params: unknown): Table[] {
  return [
    { title: 'Parameters', rows: rowsOf(params) },
    { title: 'Query', rows: quietly(() => rowsOf(req.query)) },
    { title: 'Headers', rows: rowsOf(req.headers) },
  ].filter(({ rows }) => rows.length > 0)
}

function targetOf(req: RoutedRequest): string {
  return req.originalUrl ?? req.url ?? ''
}

/** What helps must not fail itself: a query parser of the application's own may throw. */
function quietly<Value>(make: () => Value[]): Value[] {
  try {
    return make()
  } catch {
    return []
  }
}
