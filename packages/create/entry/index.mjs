import create from './index.cjs'

export const { run } = create
