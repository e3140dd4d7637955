import { createHash } from 'node:crypto'
import { FOREIGN, PLACES } from '../stores/record.ts'
import type { Script } from './client.ts'

// What must happen at once, in Redis's own Lua, on the one key that a session has, so that any cluster can
// run it. Where things stand in a record: stores/record.ts.

/**
 * Writes where the version still holds. ARGV: the beginning of the record that is to be replaced (of one
 * that is not ours a digest), the new record, milliseconds it lives (0 or less: not at all). Gives 1, or 0 for a
 * conflict.
 *
 * A client that lost its connection may send a write twice: one that has arrived already has not lost.
 */
export const REPLACE = script(`
local now = redis.call('GETRANGE', KEYS[1], 0, ${PLACES.beginning - 1})
if now ~= ARGV[1] then
  if now == string.sub(ARGV[2], 1, ${PLACES.beginning}) then return 1 end
  if string.sub(ARGV[1], 1, 1) ~= '${FOREIGN}' or now == '' then return 0 end
  if '${FOREIGN}' .. redis.sha1hex(redis.call('GET', KEYS[1])) ~= ARGV[1] then return 0 end
end
if tonumber(ARGV[3]) > 0 then redis.call('PSETEX', KEYS[1], ARGV[3], ARGV[2])
else redis.call('DEL', KEYS[1]) end
return 1`)

/**
 * Puts another cookie in front of the same data, under the same version. ARGV: the fields of the cookie,
 * milliseconds it lives. A record that is not ours only lives on, as connect-redis does it.
 */
export const TOUCH = script(`
local record = redis.call('GET', KEYS[1])
if not record then return 0 end
if tonumber(ARGV[2]) <= 0 then return redis.call('DEL', KEYS[1]) end
if string.sub(record, 1, ${PLACES.start.length}) ~= '${PLACES.start}' then
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
local size = tonumber(string.sub(record, ${PLACES.size}, ${PLACES.kind - 1}), 16)
local kind = string.sub(record, ${PLACES.kind}, ${PLACES.kind})
local cookie = kind .. '"' .. ARGV[1] .. '}'
redis.call('PSETEX', KEYS[1], ARGV[2],
  string.sub(record, 1, ${PLACES.beginning})
  .. string.format('%06x', ${PLACES.kind - 1 - PLACES.cookie} + #cookie)
  .. cookie .. string.sub(record, ${PLACES.cookie} + size + 1))
return 1`)

function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}
