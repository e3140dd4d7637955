import cli from './index.cjs'

export const { run } = cli
