/**
 * Whether a store's method can take the callback that is handed to it behind its plain arguments.
 *
 * express-session only knows callbacks, so a promise is a result only from a method that has no
 * parameter for one. `length` alone does not tell: it counts neither `cb = () => {}` nor `...args`;
 * where the source can be read, it does.
 *
 * @param plain - how many arguments stand in front of the callback.
 * @returns `undefined` where only `length` speaks, and says no: for bound and native functions. One of
 *   no length at all (`(...args)`, bound) takes whatever it is given.
 */
export function takesCallback(method: Method, plain: 1 | 2): boolean | undefined {
  if (method.length > plain) return true
  if (!answers.has(method)) answers.set(method, readsMore(method))
  return answers.get(method)
}

type Method = (...args: never) => unknown

const answers = new WeakMap<Method, boolean | undefined>()

function readsMore(method: Method): boolean | undefined {
  const source = Function.prototype.toString.call(method).replaceAll(COMMENT, '')
  if (NATIVE.test(source)) return method.length === 0 ? true : undefined
  if (/\barguments\b/.test(source)) return true
  if (LONE_PARAMETER.test(source)) return false
  const [, list = ''] = /\(([^]*)/.exec(withoutPatterns(source)) ?? []
  const [parameters = ''] = list.split(')', 1)
  return /=|\.\.\./.test(parameters)
}

const COMMENT = /\/\*[^]*?\*\/|\/\/.*/g
const NATIVE = /\{\s*\[native code\]\s*\}\s*$/
const LONE_PARAMETER = /^(?:async\s+)?[\w$]+\s*=>/

/** What a parameter is taken apart into (`{ cookie, ...data }`) are no parameters; nor are bodies. */
function withoutPatterns(source: string): string {
  for (let text = source; ;) {
    const shorter = text.replaceAll(/\{[^{}]*\}|\[[^[\]]*\]/g, '')
    if (shorter === text) return text
    text = shorter
  }
}
