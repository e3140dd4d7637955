/**
 * The texts and numbers inside of a value, as they could show up in a message. Once for each refusal: what
 * it costs grows with the request alone.
 */
export function textsIn(value: unknown): ReadonlySet<string> {
  const texts = new Set<string>()
  const waiting: unknown[] = [value]
  const seen = new Set<unknown>()
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (isText(next)) texts.add(String(next))
    if (typeof next !== 'object' || next === null || ArrayBuffer.isView(next)) continue
    if (seen.has(next)) continue
    seen.add(next)
    for (const each of Object.values(next)) waiting.push(each)
  }
  texts.delete('')
  return texts
}

function isText(value: unknown): value is string | number | bigint {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
}
