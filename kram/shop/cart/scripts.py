"""What happens to a cart on the server in one step, however many devices write."""

# KEYS: the cart. ARGV: most lines, seconds to keep, now, whether these wishes come late; then of
# each line its field, when it was wanted and its body (`entries.py`). A wish that comes late loses
# against whatever was wanted after it: a later write of the line, or the emptying of the cart.
# Returns how many did not fit; what was taken out is forgotten when its place is needed.
WRITE = """
local key, most, seconds, now = KEYS[1], tonumber(ARGV[1]), ARGV[2], ARGV[3]
local is_late = ARGV[4] == '1'
local function wanted_at(value)
    return value and tonumber(string.match(value, '"at":(%d+)}$') or 0) or 0
end
local function is_out(value)
    return not value or string.find(value, '^%d+ {"at":')
end
local function has_room()
    if redis.call('HLEN', key) < most then return true end
    local all = redis.call('HGETALL', key)
    for i = 1, #all, 2 do
        if all[i] ~= '-' and is_out(all[i + 1]) then redis.call('HDEL', key, all[i]) end
    end
    return redis.call('HLEN', key) - redis.call('HEXISTS', key, '-') < most
end
local emptied = wanted_at(redis.call('HGET', key, '-'))
local refused = 0
for i = 5, #ARGV, 3 do
    local field, at, body = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
    local old = redis.call('HGET', key, field)
    if is_late and at < math.max(wanted_at(old), emptied) then
        -- something else was wanted since
    elseif string.find(body, '^{"at":') then
        -- also of what is not here: an older wish for it may still be on its way
        if old or redis.call('HLEN', key) < 2 * most then
            redis.call('HSET', key, field, '0 ' .. body)
        end
    elseif not is_out(old) or has_room() then
        local since = is_out(old) and now or string.match(old, '^%d+')
        redis.call('HSET', key, field, since .. ' ' .. body)
    else
        refused = refused + 1
    end
end
if redis.call('EXISTS', key) == 1 then redis.call('EXPIRE', key, seconds) end
return refused
"""

# KEYS: the cart, what lies beside it. ARGV: seconds to keep, until when wanted lines go, the body
# of what is out. What was put aside or wanted later stays; that the cart was emptied is remembered,
# so that it is not taken for lost.
EMPTY = """
local all, until_at = redis.call('HGETALL', KEYS[1]), tonumber(ARGV[2])
for i = 1, #all, 2 do
    local at = tonumber(string.match(all[i + 1], '"at":(%d+)}$') or 0)
    local is_aside = string.find(all[i + 1], '^%d+ {"aside":')
    if not is_aside and at <= until_at then redis.call('HDEL', KEYS[1], all[i]) end
end
redis.call('HSET', KEYS[1], '-', '0 ' .. ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
"""
