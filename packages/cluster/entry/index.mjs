import cluster from './index.cjs'

export const {
  attend,
  ClusterError,
  CommandError,
  GaveUpError,
  health,
  JsonLog,
  metrics,
  NoSupervisorError,
  OptionError,
  ready,
  ReloadFailedError,
  sendCommand,
  shared,
  SharedBoundError,
  statusTable,
  StoppedError,
  supervise,
  watchCertificates,
  worker,
} = cluster
