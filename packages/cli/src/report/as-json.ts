import { showPlace } from '../program/place.ts'
import type { Report } from './report.ts'

/** A report for programs. */
export function reportJson({ headline, status, faults, request, hints }: Report): string {
  const [error, ...causes] = faults.map(({ role, name, message, code, place, frames }) => ({
    ...(role !== '' && { role }),
    name,
    message,
    code,
    at: place === undefined ? undefined : showPlace(place),
    stack: frames.filter(({ isForeign }) => !isForeign).map(({ text }) => text),
  }))
  const { method, url, route, passed } = request ?? {}
  return JSON.stringify({
    status,
    title: headline,
    error,
    ...(causes.length > 0 && { causes }),
    ...(request !== undefined && {
      request: { method, url, route, passed: passed?.map(({ name, path }) => `${name} ${path}`) },
    }),
    ...(hints.length > 0 && {
      hints: Object.fromEntries(hints.map(({ title, lines }) => [title, lines])),
    }),
  })
}
