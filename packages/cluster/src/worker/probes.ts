import type { IncomingMessage, ServerResponse } from 'node:http'

import { ask, hear, isSupervised, tell } from '../wire/channel.ts'
import type { Status } from '../crew/status.ts'
import { workerProcess } from '../wire/worker-process.ts'

/** Middleware as node:http, Connect and Express know it. */
export type Probe = (
  req: IncomingMessage,
  res: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/**
 * Answers 200 while the process lives. A busy one lives: never judge by load here.
 *
 * @example app.get('/health', health())
 */
export function health(): Probe {
  return (_req, res) => say(res, 200, 'ok\n')
}

/**
 * Answers 200 while the service wants requests; 503 until then, and from the moment it is told to stop.
 * Without a supervisor it wants them once `worker()` listens; in an app that never calls it, as soon as
 * somebody is there to be asked.
 *
 * @example app.get('/ready', ready())
 */
export function ready(): Probe {
  return (_req, res) =>
    (workerProcess.wanted ?? !isSupervised())
      ? say(res, 200, 'ready\n')
      : say(res, 503, 'stopping\n')
}

/** The part of prom-client that is used, so that the app brings its own. */
export interface PromClient {
  /** prom-client's default registry: the numbers of this process. */
  readonly register: { getMetricsAsJSON(): Promise<unknown> }
  /** prom-client's class whose static `aggregate` sums the numbers of several processes. */
  readonly AggregatorRegistry: {
    aggregate(metrics: unknown[]): { metrics(): Promise<string> }
  }
}

/**
 * Answers, as Prometheus reads it, with the numbers of all workers, and with the app's own, summed, when
 * it has prom-client. Workers whose client fails, or that do not answer within a second, are not in that
 * sum; without a supervisor there are only the app's own. What else goes wrong goes to `next`, or is a 500.
 *
 * @example app.get('/metrics', metrics(require('prom-client')))
 */
export function metrics(client?: PromClient): Probe {
  if (isSupervised())
    hear((message) => {
      if (message.type === 'measure') void answer(message.id, client)
    })
  return (_req, res, next) => void answerMetrics(res, client, next)
}

async function answerMetrics(
  res: ServerResponse,
  client?: PromClient,
  next?: (error?: unknown) => void,
): Promise<void> {
  try {
    say(res, 200, await gather(client))
  } catch (error) {
    if (next) next(error)
    else say(res, 500, 'no metrics\n')
  }
}

async function answer(id: number, client?: PromClient): Promise<void> {
  try {
    tell({ type: 'metrics', id, metrics: await client?.register.getMetricsAsJSON() })
  } catch {
    // What a collector throws, or JSON cannot hold, must not end a worker that serves: its numbers are missing.
    tell({ type: 'metrics', id, metrics: undefined })
  }
}

async function gather(client?: PromClient): Promise<string> {
  if (!isSupervised()) {
    const own = client ? [await client.register.getMetricsAsJSON()] : []
    return client ? client.AggregatorRegistry.aggregate(own).metrics() : ''
  }
  const all = (await ask((id) => ({ type: 'gather', id }))) as {
    status: Status
    metrics: unknown[]
  }
  const own = client ? await client.AggregatorRegistry.aggregate(all.metrics).metrics() : ''
  return `${own}${supervisorMetrics(all.status)}`
}

const series: readonly [string, string, (worker: Status['workers'][number]) => number][] = [
  ['requests_total', 'counter', ({ requests }) => requests],
  ['connections', 'gauge', ({ connections }) => connections],
  ['request_p99_seconds', 'gauge', ({ p99 }) => p99 / 1000],
  ['event_loop_delay_seconds', 'gauge', ({ loopDelay }) => loopDelay / 1000],
  ['resident_memory_bytes', 'gauge', ({ memory }) => memory],
]

function supervisorMetrics({ restarts, workers }: Status): string {
  const lines = series.flatMap(([name, type, value]) => [
    `# TYPE tokkyu_worker_${name} ${type}`,
    ...workers.map((each) => `tokkyu_worker_${name}{worker="${each.pid}"} ${value(each)}`),
  ])
  return `${[...lines, '# TYPE tokkyu_restarts_total counter', `tokkyu_restarts_total ${restarts}`].join('\n')}\n`
}

function say(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  })
  res.end(text)
}
