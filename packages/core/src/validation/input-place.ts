/** Where input comes from, in the order in which it is checked and told. */
export const PLACES = ['params', 'query', 'headers', 'body', 'file'] as const

/** A part of a request that can be validated. */
export type InputPlace = (typeof PLACES)[number]
