import { channel } from 'node:diagnostics_channel'

import type { PageletOptions, PrintPagelet } from '../output/runtime.ts'
import { PageletTimeoutError, TemplatePlaceError } from '../source/errors.ts'
import { forget } from '../source/error-place.ts'

/** What subscribers of `tokkyu.views.pagelet-failed` get: a pagelet costs itself, and nobody else hears. */
export interface PageletFailure {
  /** Its name in the template. */
  readonly name: string
  /** What its data was rejected with, or its content threw, with its place in the template. */
  readonly error: unknown
}

const failed = channel('tokkyu.views.pagelet-failed')

/** Told of a pagelet that failed, beside those who subscribe. */
export type OnFailure = (failure: PageletFailure) => void

/** Milliseconds in which a pagelet without a `timeout` must be ready. */
const PATIENCE = 30_000

/** A pagelet on its way: its text, and how to give it up. */
export interface Content {
  /** Never rejects: what fails is what `error` prints, or nothing. */
  readonly text: Promise<string>
  /** Nobody wants it any more: nothing of it is printed after this, and no timer is left. */
  giveUp(): void
}

/**
 * Prints a pagelet when its data is there.
 *
 * @param fails - told of what went wrong, and of what went wrong in telling so.
 */
export function contentOf(
  name: unknown,
  data: unknown,
  content: Parameters<PrintPagelet>[2],
  { timeout = PATIENCE, error: printError }: PageletOptions = {},
  fails: (error: unknown) => void,
): Content {
  let isWanted = true
  let timer: NodeJS.Timeout | undefined
  const giveUp = (): void => {
    isWanted = false
    clearTimeout(timer)
  }
  const print = async (): Promise<string> => {
    const given: unknown = await data
    return isWanted ? whole(name, await content(given)) : ''
  }
  const late = new Promise<never>((_resolve, reject) => {
    if (!(timeout > 0 && timeout <= LONGEST)) return
    timer = setTimeout(() => reject(new PageletTimeoutError(String(name), timeout)), timeout)
  })
  const text = Promise.race([print(), late])
    .catch((thrown: unknown) => {
      if (!isWanted) return ''
      fails(thrown)
      return printError ? whole(name, printError(thrown)) : ''
    })
    .catch((thrown: unknown) => {
      fails(thrown)
      return ''
    })
    .finally(giveUp)
  return { text, giveUp }
}

/**
 * What a page is given is waited for when its turn comes: what is rejected before would end the process,
 * though an `await` or a pagelet is about to take it.
 */
export function heedRejections(locals: object): void {
  for (const name of Object.keys(locals)) {
    const value: unknown = Object.getOwnPropertyDescriptor(locals, name)?.value
    if (value instanceof Promise) value.catch(() => {})
  }
}

/** The longest time that a timer of Node's can wait. */
const LONGEST = 2 ** 31 - 1

/** Tells of a pagelet that failed: whoever asked to hear of it, or else the process, as a warning. */
export function report(name: unknown, error: unknown, onFailure?: OnFailure): void {
  forget(error)
  const failure: PageletFailure = { name: String(name), error }
  if (failed.hasSubscribers) failed.publish(failure)
  if (onFailure) return onFailure(failure)
  if (failed.hasSubscribers) return
  const { stack = error } = Object(error) as Partial<Error>
  const message = `The pagelet ${JSON.stringify(failure.name)} failed: ${printed(stack)}`
  // A module of a template may run in a browser.
  if (typeof process === 'undefined') console.error(message)
  else process.emitWarning(message, { type: 'TokkyuWarning', code: 'TOKKYU_PAGELET_FAILED' })
}

/** Anything can be thrown, also what has no text. */
function printed(value: unknown): string {
  try {
    return String(value)
  } catch {
    return 'with something that cannot be printed'
  }
}

/**
 * The content of a pagelet, which travels in a `<template>` of its own: it must not end that one.
 *
 * @throws {TemplatePlaceError} TEMPLATE_PAGELET_UNBALANCED
 */
function whole(name: unknown, text: string): string {
  let depth = 0
  for (const [, slash] of text.matchAll(/<(\/?)template(?=[\s/>])/gi)) {
    depth += slash === '' ? 1 : -1
    if (depth < 0) break
  }
  if (depth === 0) return text
  throw new TemplatePlaceError(
    'TEMPLATE_PAGELET_UNBALANCED',
    `Cannot print the pagelet ${JSON.stringify(String(name))}: its <template> tags do not match`,
  )
}
