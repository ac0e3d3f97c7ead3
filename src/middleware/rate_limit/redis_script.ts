/**
 * Admits a request by all policies or by none, in one step.
 *
 * The value of a key is a string of doubles: how many requests were admitted, then a ring of their
 * times in microseconds. Eight octets a request; any time is found at once, the oldest one within a
 * window by halving. It counts by the server's clock, which may be set back: times never go back.
 */
export const TAKE_SCRIPT: string = `
local key = KEYS[1]
local slots = tonumber(ARGV[1])
local expiry = ARGV[2]

local function readDouble(offset)
  local octets = redis.call('GETRANGE', key, offset, offset + 7)
  if #octets < 8 then return 0 end
  return (struct.unpack('>d', octets))
end
local function offsetOf(index)
  return 8 + index % slots * 8
end
local function age(index, now)
  return now - readDouble(offsetOf(index))
end

local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local count = readDouble(0)
if count > 0 then now = math.max(now, readDouble(offsetOf(count - 1))) end

local policy, remaining, reset = 0, math.huge, 0
for i = 3, #ARGV, 2 do
  local limit, window = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local low, high = math.max(0, count - limit), count
  while low < high do
    local middle = math.floor((low + high) / 2)
    if age(middle, now) < window then high = middle else low = middle + 1 end
  end
  local left, wait = limit - (count - low), window
  if low < count then wait = window - age(low, now) end
  if left < remaining or (left == remaining and wait > reset) then
    policy, remaining, reset = (i - 3) / 2, left, wait
  end
end

local admitted = 0
if remaining > 0 then
  admitted = 1
  remaining = remaining - 1
  redis.call('SETRANGE', key, offsetOf(count), struct.pack('>d', now))
  redis.call('SETRANGE', key, 0, struct.pack('>d', count + 1))
  redis.call('PEXPIRE', key, expiry)
end
return { admitted, policy, remaining, math.ceil(reset / 1000) }
`;
