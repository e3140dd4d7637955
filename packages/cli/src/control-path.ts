/** Where the supervisor of this folder listens for commands, unless `--control` says otherwise. */
export const controlPath = '.tokkyu.sock'
