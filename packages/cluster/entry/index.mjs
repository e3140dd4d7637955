import cluster from './index.cjs'

export const {
  ClusterError,
  CommandError,
  GaveUpError,
  health,
  JsonLog,
  ListenError,
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
