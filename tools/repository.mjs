// Where the repository is. It stands in no manifest: a fork, or a move, would make all of them lie.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'

/** What says where the repository is: `repository` of the root's package.json, the CI, or git's `origin`; or ''. */
export function placeOfRepository(root) {
  const { repository } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env
  const origin = spawnSync('git', ['remote', 'get-url', 'origin'], { cwd: root, encoding: 'utf8' })
  const found =
    repository?.url ??
    (GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`) ??
    origin.stdout?.trim() ??
    ''
  return found.replace(/^git\+|\.git$/g, '').replace(/^git@([^:]+):/, 'https://$1/')
}

/** The address of its pages; undefined where what is said is no address of a forge. */
export function addressOfRepository(root) {
  const place = placeOfRepository(root)
  return /^https:\/\/[^/]+\/[^/]+\/[^/]+$/.test(place) ? place : undefined
}
