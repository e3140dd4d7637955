import type { EngineOptions } from '@tokkyu/views'

import type { Arguments } from '../command.ts'

/** What is done with the templates below some folders. */
export interface ViewsTask {
  readonly options: EngineOptions & { readonly roots: readonly string[] }
  readonly values: Arguments['values']
}
