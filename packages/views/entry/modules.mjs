import modules from './modules.cjs'

export const { moduleWriter, writeModules } = modules
