-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Comparing versions the way opkg does (Debian's rule: letters, then numbers, `~` before everything).

local version = {}

local function weight(char)
  if char == "" or char:find("%d") then return 0 end
  if char == "~" then return -1 end
  if char:find("%a") then return char:byte() end
  return char:byte() + 256
end

local function compare_part(a, b)
  local i, j = 1, 1
  while i <= #a or j <= #b do
    while (i <= #a and not a:find("^%d", i)) or (j <= #b and not b:find("^%d", j)) do
      local difference = weight(a:sub(i, i)) - weight(b:sub(j, j))
      if difference ~= 0 then return difference end
      i, j = i + 1, j + 1
    end
    local x, y = a:match("^%d*", i), b:match("^%d*", j)
    i, j = i + #x, j + #y
    local difference = (tonumber(x) or 0) - (tonumber(y) or 0)
    if difference ~= 0 then return difference end
  end
  return 0
end

local function split(text)
  local epoch, rest = text:match("^(%d+):(.*)$")
  rest = rest or text
  local upstream, revision = rest:match("^(.*)%-([^-]*)$")
  return tonumber(epoch or 0), upstream or rest, revision or ""
end

--- Negative, zero or positive, as `a` is older than, the same as, or newer than `b`.
function version.compare(a, b)
  local epoch_a, upstream_a, revision_a = split(a)
  local epoch_b, upstream_b, revision_b = split(b)
  if epoch_a ~= epoch_b then return epoch_a - epoch_b end
  local difference = compare_part(upstream_a, upstream_b)
  return difference ~= 0 and difference or compare_part(revision_a, revision_b)
end

local tests = {
  ["<<"] = function(d) return d < 0 end,
  ["<"] = function(d) return d <= 0 end, -- an old spelling of <=
  ["<="] = function(d) return d <= 0 end,
  ["="] = function(d) return d == 0 end,
  [">="] = function(d) return d >= 0 end,
  [">"] = function(d) return d >= 0 end,
  [">>"] = function(d) return d > 0 end,
}

function version.satisfies(a, operator, b)
  local test = tests[operator]
  return test ~= nil and test(version.compare(a, b))
end

return version
