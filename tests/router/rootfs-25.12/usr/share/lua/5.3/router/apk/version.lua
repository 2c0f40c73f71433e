-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Versions as apk reads and compares them: digits and dots, a letter, suffixes, a hash, a revision.

local version = {}

-- The order of kinds settles a comparison between versions that go on differently.
local DIGITS, LETTER, SUFFIX, HASH, REVISION, END = 1, 2, 3, 4, 5, 6
local SUFFIXES = { alpha = -4, beta = -3, pre = -2, rc = -1, cvs = 1, svn = 2, git = 3, hg = 4, p = 5 }

--- The parts of a version as a list of { kind, value, number }, or nil when it is none.
local function parse(text)
  local parts = {}
  local at = 1
  local function take(pattern)
    local whole, value, number = text:match("^(" .. pattern .. ")", at)
    if not whole then return nil end
    at = at + #whole
    return value, number
  end
  local digits = take("(%d+)")
  if not digits then return nil end
  while digits do
    parts[#parts + 1] = { DIGITS, digits }
    digits = take("%.(%d+)")
  end
  local letter = take("(%l)")
  if letter then parts[#parts + 1] = { LETTER, letter } end
  local suffix, number = take("_(%l+)(%d*)")
  while suffix do
    if not SUFFIXES[suffix] then return nil end
    parts[#parts + 1] = { SUFFIX, SUFFIXES[suffix], tonumber(number) or 0 }
    suffix, number = take("_(%l+)(%d*)")
  end
  local hash = take("~(%x+)")
  if hash then parts[#parts + 1] = { HASH, hash } end
  local revision = take("%-r(%d+)")
  if revision then parts[#parts + 1] = { REVISION, tonumber(revision) } end
  if at <= #text then return nil end
  parts[#parts + 1] = { END }
  return parts
end

function version.is_valid(text) return parse(text) ~= nil end

local function sign(a, b) return a == b and 0 or (a < b and -1 or 1) end

local function compare_values(a, b, first)
  if a[1] == DIGITS then
    -- After a dot, a leading zero makes a fraction of it.
    if not first and (a[2]:find("^0") or b[2]:find("^0")) then return sign(a[2], b[2]) end
    return sign(tonumber(a[2]), tonumber(b[2]))
  end
  local difference = a[1] == END and 0 or sign(a[2], b[2])
  return difference ~= 0 and difference or sign(a[3] or 0, b[3] or 0)
end

local function is_before_release(part) return part[1] == SUFFIX and part[2] < 0 end

--- -1, 0 or 1, as `a` is older than, the same as, or newer than `b`; with `fuzzy`, the same when `b`
--- ends first. Both must be valid.
function version.compare(a, b, fuzzy)
  local parts_a, parts_b = parse(a), parse(b)
  for index, part_a in ipairs(parts_a) do
    local part_b = parts_b[index]
    if fuzzy and part_b[1] == END then return 0 end
    if part_a[1] ~= part_b[1] then
      if is_before_release(part_a) then return -1 end
      if is_before_release(part_b) then return 1 end
      return part_a[1] > part_b[1] and -1 or 1
    end
    local difference = compare_values(part_a, part_b, index == 1)
    if difference ~= 0 then return difference end
  end
  return 0
end

--- Whether `a` stands to `b` as an operator of a dependency says: any of `<`, `=`, `>`, `~` together.
function version.satisfies(a, operator, b)
  local difference = version.compare(a, b, operator:find("~", 1, true) ~= nil)
  local mark = difference < 0 and "<" or difference > 0 and ">" or "[=~]"
  return operator:find(mark) ~= nil
end

return version
