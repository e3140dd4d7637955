import modules from './modules.cjs'

export const { auditViews, moduleWriter, ViewsCheckError, viewsChecker, writeModules } = modules
