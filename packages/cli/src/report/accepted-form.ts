/** The forms of a report, and their media types. */
export const TYPES = { page: 'text/html', json: 'application/json', text: 'text/plain' } as const

/** A page for who names HTML, JSON for who names that, and text for terminals, which name nothing. */
export function formOf(accept = ''): keyof typeof TYPES {
  if (/\btext\/html\b/i.test(accept)) return 'page'
  return /\bapplication\/(?:[\w.-]+\+)?json\b/i.test(accept) ? 'json' : 'text'
}
