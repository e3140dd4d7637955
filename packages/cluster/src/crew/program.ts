/** What a worker is started with; a reload may name new ones. */
export interface Program {
  /** The file that each worker runs; relative to the supervisor's working directory. */
  readonly entry: string
  /** Arguments for it, in `process.argv` after the file. @default [] */
  readonly args?: readonly string[] | undefined
  /** Variables added to the environment that workers have from the supervisor. @default {} */
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** A program with what `change` says of it; what that leaves out, or undefined, stays as it is. */
export function changedProgram({ entry, args, env }: Program, change: Partial<Program>): Program {
  return { entry: change.entry ?? entry, args: change.args ?? args, env: change.env ?? env }
}
