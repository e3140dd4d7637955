/** Whether this process wants requests; what `ready()` answers. */
export const readiness = { ready: false }
