/**
 * What Redis itself runs. A script runs alone and whole, so a commit's checks and writes cannot be torn apart by another
 * process, and a script's writes reach the append-only file together.
 *
 * Keys, all behind `{prefix}:` (one hash tag, so all in one slot): `epoch`; `position`, `number-token` of the latest commit;
 * `tokens`, a string of the latest commits' tokens, that of commit `n` at the place `n % HISTORY_COMMITS`; `rooms`, a set of
 * names; and for each room `room:NAME`, a hash of `head`, `first` and `ts`; `log:NAME`, a stream whose entry ids are `seq-0`, with `m`, the message as JSON
 * `[id,name,text,nonce]`, `t`, its time, and `n`, its nonce's key; `nonces:NAME`, a hash from such keys to `seq ts`.
 * Channels: `tail:NAME` and `all`.
 *
 * @module
 */

import { HISTORY_COMMITS } from "./bounds.ts";
import { AHEAD_MS } from "../../log/time_stamp.ts";

/** Characters of a token: 48 random bits. */
const TOKEN_CHARACTERS = 12;

/** Gives a token for a script that is about to be run. */
export function makeToken(): string {
  return crypto.randomUUID().slice(-TOKEN_CHARACTERS);
}

// Every script begins with it. ARGV: prefix, a new token, the epoch that this process knows, and two positions that it has seen
// under that epoch, or empty ones. If Redis has no epoch, or an earlier one, or not such a position, then it has lost commits:
// whatever was acknowledged under the old epoch may be gone, and its numbers are going to be used again. If it has a later one,
// somebody else has noticed.
const BEGIN = `
  local prefix, fresh, known = '{' .. ARGV[1] .. '}:', ARGV[2], ARGV[3]
  local epoch, position = unpack(redis.call('MGET', prefix .. 'epoch', prefix .. 'position'))
  position = position or ''
  local function int(value) return string.format('%.0f', value) end
  local function has(seen)
    if seen == '' or seen == position then return true end
    local number, token = string.match(seen, '(%d+)-(.*)')
    local from = number % ${HISTORY_COMMITS} * ${TOKEN_CHARACTERS}
    return redis.call('GETRANGE', prefix .. 'tokens', from, from + ${TOKEN_CHARACTERS - 1}) == token
  end
  local function generation(name) return tonumber(string.match(name or '', '^(%d+)%.') or '0') end
  local isLost
  if epoch == known then isLost = not (has(ARGV[4]) and has(ARGV[5]))
  else isLost = not epoch or generation(epoch) < generation(known) end
  if isLost then
    epoch = int(math.max(generation(epoch), generation(known)) + 1) .. '.' .. fresh
    redis.call('SET', prefix .. 'epoch', epoch)
    redis.call('PUBLISH', prefix .. 'all', epoch)
  end
`;

/** Further ARGV: origin, time, bytes that may be published; then for each entry its room, nonce key (or empty) and JSON. */
export const COMMIT = `${BEGIN}
  local origin, now, most = ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
  local rooms, names, reply = {}, {}, {}
  for i = 9, #ARGV, 3 do
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
      local entry = redis.call('XRANGE', prefix .. 'log:' .. name, seq .. '-0', seq .. '-0')[1]
      local isSame = not entry or cjson.decode(entry[2][2])[3] == cjson.decode(body)[3]
      reply[#reply + 1] = isSame and '1' or '2'
    else
      room.head = room.head + 1
      if room.ts < now or room.ts - now > ${AHEAD_MS} then room.ts = now end
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
  local number = tonumber(string.match(position, '%d+') or '0') + 1
  position = int(number) .. '-' .. fresh
  redis.call('SET', prefix .. 'position', position)
  redis.call('SETRANGE', prefix .. 'tokens', number % ${HISTORY_COMMITS} * ${TOKEN_CHARACTERS}, fresh)
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
        '["' .. origin .. '","' .. epoch .. '","' .. position .. '",[' .. messages .. ']]')
    end
  end
  return { epoch, position, reply }`;

/** Further ARGV: room, `after` or `before`, the seq, how many. */
export const READ = `${BEGIN}
  local name, limit = ARGV[6], tonumber(ARGV[9])
  local row = redis.call('HMGET', prefix .. 'room:' .. name, 'first', 'head')
  local entries = {}
  if limit > 0 and ARGV[7] == 'after' then
    entries = redis.call('XRANGE', prefix .. 'log:' .. name, '(' .. ARGV[8] .. '-0', '+', 'COUNT', limit)
  elseif limit > 0 then
    entries = redis.call('XREVRANGE', prefix .. 'log:' .. name, '(' .. ARGV[8] .. '-0', '-', 'COUNT', limit)
  end
  local found = {}
  for i, entry in ipairs(entries) do
    found[i] = '[' .. string.match(entry[1], '%d+') .. ',' .. entry[2][4] .. ',' .. entry[2][2] .. ']'
  end
  return { epoch, position, row[1] or '1', row[2] or '0', '[' .. table.concat(found, ',') .. ']' }`;

/** Further ARGV: rooms. Gives their heads. */
export const HEADS = `${BEGIN}
  local heads = {}
  for i = 6, #ARGV do heads[#heads + 1] = redis.call('HGET', prefix .. 'room:' .. ARGV[i], 'head') or '0' end
  return { epoch, position, heads }`;

/** Gives what Redis says of its persistence. */
export const LOOK = `${BEGIN}
  return { epoch, position, redis.call('INFO', 'persistence') }`;

/** Further ARGV: cursor, keep, before, most rooms, most messages. Gives the next cursor, and 1 if it is to come again. */
export const TRIM = `${BEGIN}
  local cursor, keep, before, budget = ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[10])
  local page = redis.call('SSCAN', prefix .. 'rooms', cursor, 'COUNT', ARGV[9])
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
      if budget <= 0 then return { epoch, position, cursor, '1' } end
    end
  end
  return { epoch, position, page[1], page[1] ~= '0' and '1' or '0' }`;
