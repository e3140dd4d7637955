import cli from './index.cjs'

export const { attend, run } = cli
