/**
 * What Redis itself runs. A script runs alone and whole, so a commit's checks and writes cannot be torn apart by another
 * process, and a script's writes reach the append-only file together.
 *
 * Keys, all behind `{prefix}:` (one hash tag, so all in one slot): `epoch`; `commits`, a counter; `rooms`, a set of names;
 * and for each room `room:NAME`, a hash of `head`, `first` and `ts`; `log:NAME`, a stream whose entry ids are `seq-0`, with `m`,
 * the message as JSON `[id,name,text,nonce]`, `t`, its time, and `n`, its nonce's key; `nonces:NAME`, a hash from such keys
 * to `seq ts`. Channels: `tail:NAME` and `all`.
 *
 * @module
 */

// Every script begins with it. ARGV: prefix, a new epoch in case one is needed, the commits that this process has seen.
// If Redis has no epoch, or fewer commits than somebody has seen, then it has lost some: whatever was acknowledged
// under the old epoch may be gone, and its numbers are going to be used again.
const BEGIN = `
  local prefix, seen = '{' .. ARGV[1] .. '}:', tonumber(ARGV[3])
  local epoch = redis.call('GET', prefix .. 'epoch')
  local commits = tonumber(redis.call('GET', prefix .. 'commits') or '0')
  if not epoch or commits < seen then
    epoch, commits = ARGV[2], math.max(commits, seen)
    redis.call('SET', prefix .. 'epoch', epoch)
    redis.call('SET', prefix .. 'commits', string.format('%.0f', commits))
    redis.call('PUBLISH', prefix .. 'all', epoch)
  end
  local function int(value) return string.format('%.0f', value) end
`;

/** Further ARGV: origin, time, bytes that may be published; then for each entry its room, nonce key (or empty) and JSON. */
export const COMMIT = `${BEGIN}
  local origin, now, most = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6])
  local rooms, names, reply = {}, {}, {}
  for i = 7, #ARGV, 3 do
    local name, key, body = ARGV[i], ARGV[i + 1], ARGV[i + 2]
    local room = rooms[name]
    if not room then
      local row = redis.call('HMGET', prefix .. 'room:' .. name, 'head', 'ts')
      room = { head = tonumber(row[1] or '0'), ts = tonumber(row[2] or '0'), bytes = 0, fresh = {} }
      room.isNew = not row[1]
      rooms[name] = room
      names[#names + 1] = name
    end
    local earlier = key ~= '' and redis.call('HGET', prefix .. 'nonces:' .. name, key)
    if earlier then
      local seq, ts = string.match(earlier, '(%d+) (%d+)')
      reply[#reply + 1] = seq
      reply[#reply + 1] = ts
      reply[#reply + 1] = '1'
    else
      room.head, room.ts = room.head + 1, math.max(now, room.ts)
      local seq, ts = int(room.head), int(room.ts)
      if key ~= '' then
        redis.call('XADD', prefix .. 'log:' .. name, seq .. '-0', 'm', body, 't', ts, 'n', key)
        redis.call('HSET', prefix .. 'nonces:' .. name, key, seq .. ' ' .. ts)
      else
        redis.call('XADD', prefix .. 'log:' .. name, seq .. '-0', 'm', body, 't', ts)
      end
      room.fresh[#room.fresh + 1] = '[' .. seq .. ',' .. ts .. ',' .. body .. ']'
      room.bytes = room.bytes + #body
      reply[#reply + 1] = seq
      reply[#reply + 1] = ts
      reply[#reply + 1] = '0'
    end
  end
  commits = redis.call('INCR', prefix .. 'commits')
  for _, name in ipairs(names) do
    local room = rooms[name]
    if #room.fresh > 0 then
      redis.call('HSET', prefix .. 'room:' .. name, 'head', int(room.head), 'ts', int(room.ts))
      if room.isNew then
        redis.call('HSET', prefix .. 'room:' .. name, 'first', '1')
        redis.call('SADD', prefix .. 'rooms', name)
      end
      local messages = room.bytes <= most and table.concat(room.fresh, ',') or ''
      redis.call('PUBLISH', prefix .. 'tail:' .. name,
        '["' .. origin .. '","' .. epoch .. '",' .. int(commits) .. ',[' .. messages .. ']]')
    end
  end
  return { epoch, int(commits), reply }`;

/** Further ARGV: room, `after` or `before`, the seq, how many. */
export const READ = `${BEGIN}
  local name, limit = ARGV[4], tonumber(ARGV[7])
  local row = redis.call('HMGET', prefix .. 'room:' .. name, 'first', 'head')
  local entries = {}
  if limit > 0 and ARGV[5] == 'after' then
    entries = redis.call('XRANGE', prefix .. 'log:' .. name, '(' .. ARGV[6] .. '-0', '+', 'COUNT', limit)
  elseif limit > 0 then
    entries = redis.call('XREVRANGE', prefix .. 'log:' .. name, '(' .. ARGV[6] .. '-0', '-', 'COUNT', limit)
  end
  local found = {}
  for i, entry in ipairs(entries) do
    found[i] = '[' .. string.match(entry[1], '%d+') .. ',' .. entry[2][4] .. ',' .. entry[2][2] .. ']'
  end
  return { epoch, int(commits), row[1] or '1', row[2] or '0', '[' .. table.concat(found, ',') .. ']' }`;

/** Further ARGV: rooms. Gives their heads. */
export const HEADS = `${BEGIN}
  local heads = {}
  for i = 4, #ARGV do heads[#heads + 1] = redis.call('HGET', prefix .. 'room:' .. ARGV[i], 'head') or '0' end
  return { epoch, int(commits), heads }`;

/** Further ARGV: cursor, keep, before, most rooms, most messages. Gives the next cursor, and 1 if it is to come again. */
export const TRIM = `${BEGIN}
  local cursor, keep, before, budget = ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[8])
  local page = redis.call('SSCAN', prefix .. 'rooms', cursor, 'COUNT', ARGV[7])
  for _, name in ipairs(page[2]) do
    local log, nonces = prefix .. 'log:' .. name, {}
    local row = redis.call('HMGET', prefix .. 'room:' .. name, 'first', 'head')
    local first, head = tonumber(row[1]), tonumber(row[2])
    local oldest = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
    if oldest and (head - first >= keep or tonumber(oldest[2][4]) < before) then
      for _, entry in ipairs(redis.call('XRANGE', log, '-', '+', 'COUNT', budget)) do
        local seq = tonumber(string.match(entry[1], '%d+'))
        if seq > head - keep and tonumber(entry[2][4]) >= before then break end
        first, budget = seq + 1, budget - 1
        if entry[2][6] then nonces[#nonces + 1] = entry[2][6] end
      end
      redis.call('XTRIM', log, 'MINID', int(first) .. '-0')
      if #nonces > 0 then redis.call('HDEL', prefix .. 'nonces:' .. name, unpack(nonces)) end
      redis.call('HSET', prefix .. 'room:' .. name, 'first', int(first))
      if budget <= 0 then return { epoch, int(commits), cursor, '1' } end
    end
  end
  return { epoch, int(commits), page[1], page[1] ~= '0' and '1' or '0' }`;
