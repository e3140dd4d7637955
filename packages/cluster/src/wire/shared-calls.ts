/** What may be asked of the shared state. One call is one message, and is done at once or not at all. */
export type SharedCall =
  | { readonly do: 'add'; readonly key: string; readonly by: number }
  | { readonly do: 'get'; readonly key: string }
  | {
      readonly do: 'set'
      readonly key: string
      readonly value: unknown
      /** Set only when the entry still has this version; 0: when there is none. */
      readonly ifVersion?: number
    }
  | { readonly do: 'delete'; readonly key: string; readonly ifVersion?: number }
  | { readonly do: 'publish'; readonly channel: string; readonly value: unknown }
  | { readonly do: 'lock'; readonly key: string }
  | { readonly do: 'unlock'; readonly key: string; readonly fence: number }
  | { readonly do: 'lead'; readonly key: string }

/** What a worker hears without asking. */
export type SharedNews = { readonly channel: string; readonly value: unknown }

/** An entry of the versioned map. */
export interface Versioned {
  /** What was set; under a supervisor a copy of it, through JSON. */
  readonly value: unknown
  /** Grows by one each time any entry is set, so that it is never used twice. */
  readonly version: number
}
