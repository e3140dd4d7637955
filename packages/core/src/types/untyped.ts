/**
 * A value whose shape only the application knows: a parsed body, a cookie jar, a setting.
 *
 * It is the type `JSON.parse` returns, as in `@types/express`, so that `req.body.name` compiles;
 * give `Request` its type arguments to have it checked instead.
 */
export type Untyped = ReturnType<typeof JSON.parse>
