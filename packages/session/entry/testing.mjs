import testing from './testing.cjs'

export default testing
export const { storeContract } = testing
