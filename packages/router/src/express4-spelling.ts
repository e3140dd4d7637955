/**
 * Rewrites a path of Express 4 in today's grammar.
 *
 * @returns undefined when the path holds nothing of Express 4, or nothing that can be said today.
 */
export function suggestSpelling(_path: string): string | undefined {
  return undefined
}
