/** The application could not be asked. */
export class InspectionError extends Error {
  override readonly name = 'InspectionError'
  readonly code = 'CLI_INSPECTION'
  readonly status = 500
  readonly expose = false
}
