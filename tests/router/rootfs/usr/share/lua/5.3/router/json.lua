-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- JSON with ordered objects, in the three layouts that OpenWrt's programs print.

local json = {}

local order = setmetatable({}, { __mode = "k" })
local Object = {}
Object.__newindex = function(object, key, value)
  if value ~= nil then
    table.insert(order[object], key)
    rawset(object, key, value)
  end
end
local Array = {}

json.null = setmetatable({}, { __tostring = function() return "null" end })

--- An empty object that remembers the order in which its keys were set; `pairs_list` = {k, v, k, v...}.
function json.object(pairs_list)
  local object = {}
  order[object] = {}
  setmetatable(object, Object)
  for i = 1, #(pairs_list or {}), 2 do
    object[pairs_list[i]] = pairs_list[i + 1]
  end
  return object
end

function json.array(items) return setmetatable(items or {}, Array) end
function json.is_object(value) return getmetatable(value) == Object end
function json.is_array(value) return getmetatable(value) == Array end

function json.keys(object)
  local seen, keys = {}, {}
  for _, key in ipairs(order[object]) do
    if rawget(object, key) ~= nil and not seen[key] then
      seen[key] = true
      keys[#keys + 1] = key
    end
  end
  return keys
end

-- Parsing ---------------------------------------------------------------------------------------

local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function skip(text, at) return text:find("[^ \t\r\n]", at) or #text + 1 end

local function parse_string(text, at)
  local out = {}
  while true do
    local stop = text:find('["\\]', at)
    if not stop then error("unterminated string", 0) end
    out[#out + 1] = text:sub(at, stop - 1)
    if text:sub(stop, stop) == '"' then return table.concat(out), stop + 1 end
    local kind = text:sub(stop + 1, stop + 1)
    if kind == "u" then
      out[#out + 1] = utf8.char(tonumber(text:sub(stop + 2, stop + 5), 16))
      at = stop + 6
    else
      out[#out + 1] = escapes[kind] or kind
      at = stop + 2
    end
  end
end

local parse_value

local function parse_object(text, at)
  local object = json.object()
  at = skip(text, at)
  if text:sub(at, at) == "}" then return object, at + 1 end
  while true do
    if text:sub(at, at) ~= '"' then error("unexpected character", 0) end
    local key, value
    key, at = parse_string(text, at + 1)
    at = skip(text, at)
    if text:sub(at, at) ~= ":" then error("unexpected character", 0) end
    value, at = parse_value(text, at + 1)
    object[key] = value
    at = skip(text, at)
    local mark = text:sub(at, at)
    at = skip(text, at + 1)
    if mark == "}" then return object, at end
    if mark ~= "," then error("unexpected character", 0) end
  end
end

local function parse_array(text, at)
  local array = json.array()
  at = skip(text, at)
  if text:sub(at, at) == "]" then return array, at + 1 end
  while true do
    array[#array + 1], at = parse_value(text, at)
    at = skip(text, at)
    local mark = text:sub(at, at)
    at = at + 1
    if mark == "]" then return array, at end
    if mark ~= "," then error("unexpected character", 0) end
  end
end

function parse_value(text, at)
  at = skip(text, at)
  local mark = text:sub(at, at)
  if mark == "{" then return parse_object(text, at + 1) end
  if mark == "[" then return parse_array(text, at + 1) end
  if mark == '"' then return parse_string(text, at + 1) end
  for word, value in pairs({ ["true"] = true, ["false"] = false, null = json.null }) do
    if text:sub(at, at + #word - 1) == word then return value, at + #word end
  end
  local number = text:match("^-?%d+%.?%d*[eE]?[+-]?%d*", at)
  if not number then error("unexpected character", 0) end
  return math.tointeger(tonumber(number)) or tonumber(number), at + #number
end

--- Parses one value; returns nil and the reason when the text is not JSON.
function json.parse(text)
  local ok, value, at = pcall(parse_value, text, 1)
  if not ok then return nil, value end
  if skip(text, at) <= #text then return nil, "unexpected character" end
  return value
end

-- Printing --------------------------------------------------------------------------------------

local function quote(text)
  return '"' .. text:gsub('[%c"\\]', function(char)
    for letter, code in pairs(escapes) do
      if code == char then return "\\" .. letter end
    end
    if char == '"' or char == "\\" then return "\\" .. char end
    return ("\\u%04x"):format(char:byte())
  end) .. '"'
end

-- A layout says what stands between things: compact for `ubus -S`, spaced for jsonfilter and
-- command lines, tabbed for `ubus call`.
local layouts = {
  compact = { colon = ":", open = "", comma = ",", empty = "", deeper = 0 },
  spaced = { colon = ": ", open = " ", comma = ", ", empty = " ", deeper = 0 },
  tabbed = { colon = ": ", open = "\n", comma = ",\n", empty = "\n", deeper = 1 },
}

local function render(value, layout, depth)
  if type(value) == "string" then return quote(value) end
  if type(value) ~= "table" or value == json.null then return tostring(value) end
  local inner = ("\t"):rep((depth + 1) * layout.deeper)
  local outer = ("\t"):rep(depth * layout.deeper)
  local parts, open, close = {}, "[", "]"
  if json.is_object(value) then
    open, close = "{", "}"
    for _, key in ipairs(json.keys(value)) do
      parts[#parts + 1] = inner .. quote(key) .. layout.colon .. render(value[key], layout, depth + 1)
    end
  else
    for _, item in ipairs(value) do parts[#parts + 1] = inner .. render(item, layout, depth + 1) end
  end
  if #parts == 0 then
    -- Only the tabbed layout prints an empty body on its own line.
    local body = layout.deeper == 1 and ("\n" .. inner .. "\n" .. outer) or layout.empty
    return open .. body .. close
  end
  return open .. layout.open .. table.concat(parts, layout.comma) .. layout.open .. outer .. close
end

--- Prints a value; `layout` is "compact" (default), "spaced" or "tabbed".
function json.render(value, layout) return render(value, layouts[layout or "compact"], 0) end

return json
