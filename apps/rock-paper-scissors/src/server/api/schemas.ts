import type { JsonSchema, StandardSchema } from '@tokkyu/core'

import {
  NoImageError,
  UnknownActionError,
  UnknownLanguageError,
  UnknownOpponentError,
} from '../errors.ts'
import { isOpponent, type Opponent, OPPONENTS } from '../game/computer.ts'
import { type Action, ACTIONS, isAction } from '../game/rules.ts'
import { isLanguage, type Language, LANGUAGES } from '../languages.ts'
import { NAME_LENGTH, readName } from '../profiles/player-name.ts'

/** What is asked for with `?action=` or in a body. */
export const MOVE = objectWith('action', readAction, { enum: ACTIONS })

export const OPPONENT = objectWith('opponent', readOpponent, { enum: OPPONENTS })

export const NAME = objectWith('name', readName, {
  type: 'string',
  minLength: 1,
  maxLength: NAME_LENGTH,
})

export const LANGUAGE = objectWith('language', readLanguage, { enum: LANGUAGES })

/**
 * A schema for an object of which one field counts: a form, JSON, a query. What the field may not be is
 * thrown as an error of the game, which knows to tell it in the player's language.
 */
function objectWith<Name extends string, Value>(
  name: Name,
  read: (value: unknown) => Value,
  property: object,
): StandardSchema<unknown, Readonly<Record<Name, Value>>> {
  const json = { type: 'object', properties: { [name]: property }, required: [name] }
  return standard(
    // One key, the given one; an object literal's type would have any.
    (value) => ({ [name]: read(fieldOf(value, name)) }) as Record<Name, Value>,
    json,
  )
}

/** The file of an upload, by which its bytes have been found to be. */
export const IMAGE = standard(readImage, { type: 'string' })

/** A schema that tells of answers, and checks nothing. */
export function told(json: JsonSchema): StandardSchema {
  return standard((value) => value, json)
}

function standard<Output>(
  read: (value: unknown) => Output,
  json: JsonSchema,
): StandardSchema<unknown, Output> {
  return {
    '~standard': {
      version: 1,
      vendor: 'rock-paper-scissors',
      validate: (value) => ({ value: read(value) }),
      jsonSchema: { input: () => json, output: () => json },
    },
  }
}

/** A field of what came, whatever that was: nothing at all, a form, an array, a number. */
function fieldOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined
  return Reflect.get(body, name)
}

/** An upload has been received, and by its first bytes it is an image. */
export interface Image {
  readonly path: string
  readonly detectedMimetype: string
}

function readImage(file: unknown): Image {
  const path = fieldOf(file, 'path')
  const detectedMimetype = fieldOf(file, 'detectedMimetype')
  if (typeof path !== 'string' || typeof detectedMimetype !== 'string') throw new NoImageError()
  return { path, detectedMimetype }
}

function readAction(value: unknown): Action {
  if (!isAction(value)) throw new UnknownActionError(value)
  return value
}

function readOpponent(value: unknown): Opponent {
  if (!isOpponent(value)) throw new UnknownOpponentError(value)
  return value
}

function readLanguage(value: unknown): Language {
  if (!isLanguage(value)) throw new UnknownLanguageError(value)
  return value
}
