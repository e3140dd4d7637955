export { supervise } from './supervise.ts'
export type { Supervisor, SupervisorEvent } from './supervisor/supervisor.ts'
export type { Program } from './crew/program.ts'
export type { SupervisorOptions } from './supervisor/options.ts'
export type { Balance } from './balance/balance.ts'
export type { RestartLimits } from './supervisor/restart-policy.ts'
export type { RecycleLimits } from './crew/recycle-policy.ts'
export { attend } from './worker/attend.ts'
export { worker, type RunningWorker } from './worker/worker.ts'
export type { WorkerOptions } from './worker/worker-options.ts'
export { shared } from './shared/shared.ts'
export type { Versioned } from './wire/shared-calls.ts'
export { health, metrics, type Probe, type PromClient, ready } from './worker/probes.ts'
export { watchCertificates } from './worker/certificates.ts'
export { JsonLog } from './ops/json-log.ts'
export { type Command, sendCommand } from './ops/control-socket.ts'
export { type Status, statusTable, type WorkerStatus } from './crew/status.ts'
export type { WorkerState } from './crew/worker-life.ts'
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
