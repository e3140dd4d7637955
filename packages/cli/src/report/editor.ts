import { pathToFileURL } from 'node:url'

import type { Place } from '../program/place.ts'

/** How editors are asked to open a file: `%f` its path, `%l` the line, `%c` the column. */
const EDITORS: Readonly<Record<string, string>> = {
  code: 'vscode://file%f:%l:%c',
  vscode: 'vscode://file%f:%l:%c',
  cursor: 'cursor://file%f:%l:%c',
  windsurf: 'windsurf://file%f:%l:%c',
  zed: 'zed://file%f:%l:%c',
  idea: 'idea://open?file=%f&line=%l&column=%c',
  webstorm: 'webstorm://open?file=%f&line=%l&column=%c',
  sublime: 'subl://open?url=file://%f&line=%l&column=%c',
}

/**
 * The link that opens a place in the editor: by the browser, so that no request can have this process
 * start anything.
 *
 * @param editor - a name of the list, or an address with `%f`, `%l` and `%c`.
 */
export function editorLink(
  { file, line, column }: Place,
  editor = process.env['TOKKYU_EDITOR'] ?? 'vscode',
): string {
  const pattern = Object.hasOwn(EDITORS, editor) ? EDITORS[editor] : undefined
  const address = pattern ?? (editor.includes('%f') ? editor : (EDITORS['vscode'] ?? ''))
  const values: Record<string, string> = {
    '%f': pathToFileURL(file).pathname.replaceAll('&', '%26'),
    '%l': String(line),
    '%c': String(column),
  }
  return address.replace(/%[flc]/g, (sign) => values[sign] ?? sign)
}
