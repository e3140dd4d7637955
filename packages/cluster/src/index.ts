export { supervise } from './supervise.ts'
export type { Supervisor, SupervisorEvent } from './supervisor.ts'
export type { Program, SupervisorOptions } from './options.ts'
export type { Balance } from './balance.ts'
export type { RestartLimits } from './restart-policy.ts'
export type { RecycleLimits } from './recycle-policy.ts'
export { attend } from './attend.ts'
export { worker, type RunningWorker } from './worker.ts'
export type { WorkerOptions } from './worker-options.ts'
export { shared } from './shared.ts'
export type { Versioned } from './shared-calls.ts'
export { health, metrics, type Probe, type PromClient, ready } from './probes.ts'
export { watchCertificates } from './certificates.ts'
export { JsonLog } from './json-log.ts'
export { type Command, sendCommand } from './control-socket.ts'
export { type Status, statusTable, type WorkerStatus } from './status.ts'
export type { WorkerState } from './worker-life.ts'
export {
  ClusterError,
  CommandError,
  GaveUpError,
  NoSupervisorError,
  OptionError,
  ReloadFailedError,
  SharedBoundError,
  StoppedError,
} from './errors.ts'
