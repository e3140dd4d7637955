import modules from './modules.cjs'

export const {
  auditViews,
  compileModule,
  moduleWriter,
  ViewsCheckError,
  viewsChecker,
  writeModules,
} = modules
