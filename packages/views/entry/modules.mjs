import modules from './modules.cjs'

export const { writeModules } = modules
