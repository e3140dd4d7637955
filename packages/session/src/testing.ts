import { storeContract } from './testing/store-contract.ts'
import type {
  StoreCase as Case,
  StoreContractOptions as Options,
} from './testing/store-contract.ts'

/** The contract of session stores, for who imports the module as a whole: `testing.storeContract`. */
const testing = { storeContract }

declare namespace testing {
  type StoreCase = Case
  type StoreContractOptions = Options
}

export default testing
export { storeContract }
export type { StoreCase, StoreContractOptions } from './testing/store-contract.ts'
