/**
 * Where a login may lead: a path of this app, and `/` for whatever else is asked for. A browser reads
 * `//evil.example` and `/\evil.example` as other hosts, so the path is what a browser would make of it.
 */
export function localPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || !wanted.startsWith('/')) return '/'
  const here = 'http://here.invalid'
  if (!URL.canParse(wanted, here)) return '/'
  const { origin, pathname, search } = new URL(wanted, here)
  return origin === here && !pathname.startsWith('//') ? pathname + search : '/'
}
