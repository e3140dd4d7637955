/**
 * The open interfaces that packages such as passport, multer and express-session extend.
 *
 * They are declared under the same names as in `@types/express-serve-static-core`, so both merge.
 */
declare global {
  namespace Express {
    interface Request {}
    interface Response {}
    interface Locals {}
    interface Application {}
  }
}

/** `Express.Locals`, under a name that does not clash with our own `Express`. */
export interface GlobalLocals extends Express.Locals {}
export interface GlobalRequest extends Express.Request {}
export interface GlobalResponse extends Express.Response {}
export interface GlobalApplication extends Express.Application {}
