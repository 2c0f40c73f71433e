-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The UCI data model: text to packages and back, and the seven kinds of change that a delta
-- file in /tmp/.uci records. Errors are thrown as tables { status = ..., detail = ... }.

local uci = {}

local function fail(status, detail) error({ status = status, detail = detail }, 0) end
uci.fail = fail

-- Words of a line ---------------------------------------------------------------------------------

local Reader = {}
Reader.__index = Reader

--- Splits text into commands: each call of `next` gives the words of one line, quotes joined.
function uci.reader(text) return setmetatable({ text = text, at = 1, line = 0 }, Reader) end

function Reader:fail(reason, byte)
  fail("Parse error", ("(%s) at line %d, byte %d"):format(reason, self.line, byte))
end

function Reader:quoted(mark)
  local out = {}
  self.at = self.at + 1
  while true do
    local char = self.text:sub(self.at, self.at)
    if char == "" then self:fail("EOF with unterminated " .. mark, self.at - self.start) end
    self.at = self.at + 1
    if char == mark then return table.concat(out) end
    if char == "\n" and self.at <= #self.text then self.line = self.line + 1 end
    if char == "\\" and mark == '"' then
      char = self.text:sub(self.at, self.at)
      self.at = self.at + 1
    end
    out[#out + 1] = char
  end
end

function Reader:word()
  local out = {}
  while true do
    local char = self.text:sub(self.at, self.at)
    if char == "" or char:find("[%s;#]") then return table.concat(out) end
    if char == "'" or char == '"' then
      out[#out + 1] = self:quoted(char)
    elseif char == "\\" then
      local escaped = self.text:sub(self.at + 1, self.at + 1)
      if escaped == "\n" then self.line = self.line + 1 else out[#out + 1] = escaped end
      self.at = self.at + 2
    else
      out[#out + 1] = char
      self.at = self.at + 1
    end
  end
end

--- Returns the words of the next line, or nil at the end. `first` is the byte of the first word.
function Reader:next()
  if self.at > #self.text then return nil end
  self.line = self.line + 1
  self.start = self.at
  local words = {}
  while true do
    self.at = self.text:find("[^ \t\r]", self.at) or #self.text + 1
    local char = self.text:sub(self.at, self.at)
    if char == "" or char == "\n" then break end
    if char == "#" or char == ";" then
      self.at = self.text:find("\n", self.at, true) or #self.text + 1
      break
    end
    self.first = self.first_of == self.start and self.first or self.at - self.start
    self.first_of = self.start
    words[#words + 1] = self:word()
  end
  self.at = self.at + 1
  return words
end

function Reader:length() return self.at - self.start end

-- Names -------------------------------------------------------------------------------------------

function uci.valid_name(name) return name:find("^[%w_]+$") ~= nil end
function uci.valid_package(name) return name:find("^[%w_-]+$") ~= nil end
function uci.valid_type(name) return name:find("^[\33-\126]+$") ~= nil end
function uci.valid_value(value) return not value:find("[\1-\8\11\12\14-\31]") end

-- libuci names an unnamed section after the running number of its section and a hash of its type.
local function generated_name(number, kind)
  local hash = 5381
  for i = 1, #kind do hash = ((hash << 5) + hash + kind:byte(i)) & 0xFFFFFFFF end
  return ("cfg%02x%04x"):format(number, hash & 0x7FFFFFFF & 0xFFFF)
end

-- Packages ----------------------------------------------------------------------------------------

local Package = {}
Package.__index = Package

function uci.package(name) return setmetatable({ name = name, sections = {}, count = 0 }, Package) end

function Package:section(name)
  for index, section in ipairs(self.sections) do
    if section.name == name then return section, index end
  end
end

--- Finds `name`, or `@type[index]` (negative counts from the end).
function Package:find(name)
  local kind, index = name:match("^@([^%[]*)%[(-?%d+)%]$")
  if not kind then
    if name:sub(1, 1) == "@" then fail("Invalid argument") end
    return self:section(name)
  end
  local matching = {}
  for _, section in ipairs(self.sections) do
    if kind == "" or section.kind == kind then matching[#matching + 1] = section end
  end
  index = math.tointeger(tonumber(index))
  local found = matching[index < 0 and #matching + index + 1 or index + 1]
  if found then return self:section(found.name) end
end

function Package:add(kind, name)
  self.count = self.count + 1
  local section = { kind = kind, name = name, anonymous = name == nil, options = {} }
  section.name = name or generated_name(self.count, kind)
  table.insert(self.sections, section)
  return section
end

function uci.option(section, name)
  for index, option in ipairs(section.options) do
    if option.name == name then return option, index end
  end
end

--- The name by which `uci show` calls a section: `@type[i]` for unnamed ones.
function Package:extended_name(section)
  if not section.anonymous then return section.name end
  local index = 0
  for _, other in ipairs(self.sections) do
    if other == section then break end
    if other.kind == section.kind then index = index + 1 end
  end
  return ("@%s[%d]"):format(section.kind, index)
end

-- Changes -----------------------------------------------------------------------------------------

local function set_option(section, name, value)
  local option = uci.option(section, name)
  if option then
    option.value = value
  else
    table.insert(section.options, { name = name, value = value })
  end
end

-- One function a kind of change, keyed by the mark that starts its line in a delta file.
-- Each takes the package and a change { section, option, value } and applies it.
uci.apply = {
  [""] = function(package, change)
    local section = package:section(change.section)
    if change.option then
      if section then set_option(section, change.option, change.value) end
    elseif section then
      section.kind = change.value
    else
      package:add(change.value, change.section)
    end
  end,
  ["+"] = function(package, change)
    local section = package:add(change.value)
    section.name = change.section
  end,
  ["-"] = function(package, change)
    local section, index = package:section(change.section)
    if not section then return end
    if not change.option then
      table.remove(package.sections, index)
      return
    end
    local option, at = uci.option(section, change.option)
    if not option then return end
    if change.value and type(option.value) == "table" then
      table.remove(option.value, math.tointeger(tonumber(change.value)) + 1)
    else
      table.remove(section.options, at)
    end
  end,
  ["@"] = function(package, change)
    local section = package:section(change.section)
    if not section then return end
    if change.option then
      local option = uci.option(section, change.option)
      if option then option.name = change.value end
    else
      section.name, section.anonymous = change.value, false
    end
  end,
  ["^"] = function(package, change)
    local section, index = package:section(change.section)
    if not section then return end
    table.remove(package.sections, index)
    local position = math.min(math.tointeger(tonumber(change.value)), #package.sections)
    table.insert(package.sections, position + 1, section)
  end,
  ["|"] = function(package, change)
    local section = package:section(change.section)
    if not section then return end
    local option = uci.option(section, change.option)
    if not option then
      set_option(section, change.option, { change.value })
    elseif type(option.value) == "table" then
      table.insert(option.value, change.value)
    else
      option.value = { option.value, change.value }
    end
  end,
  ["~"] = function(package, change)
    local section = package:section(change.section)
    local option, at
    if section then option, at = uci.option(section, change.option) end
    if not option or type(option.value) ~= "table" then return end
    for index = #option.value, 1, -1 do
      if option.value[index] == change.value then table.remove(option.value, index) end
    end
    if #option.value == 0 then table.remove(section.options, at) end
  end,
}

function uci.quote(value) return "'" .. value:gsub("'", "'\\''") .. "'" end

--- One line of a delta file.
function uci.delta_line(package_name, change)
  local path = package_name .. "." .. change.section
  if change.option then path = path .. "." .. change.option end
  return change.mark .. path .. (change.value and "=" .. uci.quote(change.value) or "") .. "\n"
end

--- Reads a delta file's text; lines that are not understood are ignored, as libuci does.
function uci.parse_delta(text)
  local changes, reader = {}, uci.reader(text)
  while true do
    local ok, words = pcall(reader.next, reader)
    if not ok or not words then return changes end
    local mark, path = (words[1] or ""):match("^([-+@^|~]?)(.*)$")
    local target, value = path:match("^([^=]*)=(.*)$")
    local _, section, option = (target or path):match("^([%w_-]+)%.([%w_]+)%.?([%w_]*)$")
    if section then
      changes[#changes + 1] =
        { mark = mark, section = section, option = option ~= "" and option or nil, value = value }
    end
  end
end

-- Text --------------------------------------------------------------------------------------------

local keywords = { p = "package", c = "config", o = "option", l = "list" }
for _, word in pairs({ "package", "config", "option", "list" }) do keywords[word] = word end
local most_words = { package = 2, config = 3, option = 3, list = 3 }

local function parse_section(reader, package, words)
  local kind, name = words[2] or "", words[3] ~= "" and words[3] or nil
  if not uci.valid_type(kind) then reader:fail("invalid character in type field", reader:length()) end
  if name and not uci.valid_name(name) then
    reader:fail("invalid character in name field", reader:length())
  end
  local known = name and package:section(name)
  if known and known.kind ~= kind then
    reader:fail("section of different type overwrites prior section with same name", reader:length())
  end
  return known or package:add(kind, name)
end

local function parse_option(reader, package, section, words)
  local name, value = words[2] or "", words[3] or ""
  if not uci.valid_name(name) then reader:fail("invalid character in name field", reader:length()) end
  if words[1]:sub(1, 1) == "l" then
    uci.apply["|"](package, { section = section.name, option = name, value = value })
  elseif value ~= "" then
    set_option(section, name, value)
  end
end

--- Parses the text of a package file. `on_package(name)` gives the package for a `package` line
--- (import of several); `lax` skips what strict mode refuses.
function uci.parse(text, package, on_package, lax)
  local reader, section = uci.reader(text), nil
  local function statement(words)
    local keyword = keywords[words[1]]
    if not keyword then reader:fail("invalid command", reader.first) end
    if #words > most_words[keyword] then reader:fail("too many arguments", reader:length()) end
    if keyword == "package" then
      if on_package then package, section = on_package(words[2] or ""), nil end
    elseif keyword == "config" then
      if not package then fail("Invalid argument") end
      section = parse_section(reader, package, words)
    elseif not section then
      reader:fail("option/list command found before the first section", reader.first)
    else
      parse_option(reader, package, section, words)
    end
  end
  while true do
    local words = reader:next()
    if not words then return package end
    if #words > 0 then
      if lax then pcall(statement, words) else statement(words) end
    end
  end
end

--- The text of a package; `name_all` also names unnamed sections (`uci -n export`).
function Package:text(name_all)
  local out = {}
  local function emit(...) out[#out + 1] = table.concat({ ... }) end
  for _, section in ipairs(self.sections) do
    local named = name_all or not section.anonymous
    -- Bare, yet escaped as if it stood in quotes: so uci cannot read some types that it writes.
    emit("\nconfig ", (section.kind:gsub("'", "'\\''")), named and " " .. uci.quote(section.name) or "", "\n")
    for _, option in ipairs(section.options) do
      if type(option.value) == "table" then
        for _, item in ipairs(option.value) do emit("\tlist ", option.name, " ", uci.quote(item), "\n") end
      else
        emit("\toption ", option.name, " ", uci.quote(option.value), "\n")
      end
    end
  end
  emit("\n")
  return table.concat(out)
end

return uci
