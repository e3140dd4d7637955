import modules from './modules.cjs'

export const { moduleWriter, ViewsCheckError, viewsChecker, writeModules } = modules
