// What must happen at once, in Redis's own Lua. An entry is a hash: `v` is the value, and there is a field
// for each tag, so that a set of a tag may name keys that no longer carry it.

/**
 * KEYS: entry, lease, epoch, a set for each tag. ARGV: fence and epoch (empty: no lease is asked for),
 * value, time to live in milliseconds (-1 for ever, 0 for nothing), a tag for each set.
 */
export const SET = `
if ARGV[1] ~= '' then
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
  if (redis.call('GET', KEYS[3]) or '0') ~= ARGV[2] then return 0 end
end
local ttl = tonumber(ARGV[4])
-- Whether there is memory is asked before anything is changed: a script that has written may go on writing.
local room = ttl == 0 or redis.pcall('HSET', KEYS[1], 'v', '')
redis.call('DEL', KEYS[1])
if type(room) == 'table' and room.err then return room end
if ttl == 0 then return 1 end
redis.call('HSET', KEYS[1], 'v', ARGV[3])
if ttl > 0 then redis.call('PEXPIRE', KEYS[1], ttl) end
for at = 4, #KEYS do
  local tag = ARGV[at + 1]
  redis.call('HSET', KEYS[1], 't:' .. tag, '1')
  local left = redis.call('PTTL', KEYS[at])
  redis.call('SADD', KEYS[at], KEYS[1])
  if ttl < 0 then redis.call('PERSIST', KEYS[at])
  elseif left == -2 or (left >= 0 and left < ttl) then redis.call('PEXPIRE', KEYS[at], ttl) end
end
return 1`

/** KEYS: the set of the tag, epoch. ARGV: the tag. */
export const DELETE_BY_TAG = `
redis.call('INCR', KEYS[2])
for _, key in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if redis.call('HEXISTS', key, 't:' .. ARGV[1]) == 1 then redis.call('DEL', key) end
end
redis.call('DEL', KEYS[1])
return 1`

/** KEYS: lease, the last fence, epoch. ARGV: time to live in milliseconds. Gives fence and epoch. */
export const ACQUIRE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
local fence = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], tostring(fence), 'PX', ARGV[1])
return { fence, tonumber(redis.call('GET', KEYS[3]) or '0') }`

/** KEYS: lease. ARGV: fence, time to live in milliseconds. Says whether it was still held. */
export const EXTEND = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`

/** KEYS: lease. ARGV: fence. */
export const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`
