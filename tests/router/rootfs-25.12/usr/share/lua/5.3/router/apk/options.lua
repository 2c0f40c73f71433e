-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- apk's command line: the command, its words, and options by their long names.

local options = {}

local WITH_VALUE, PLAIN = {}, {}
local function names(text, set)
  for name in text:gmatch("%S+") do set[name] = true end
end
names([[
  arch cache-dir cache-max-age fields format from keys-dir limit match output progress-fd repositories-file repository root
  summarize timeout virtual wait
]], WITH_VALUE)
names([[
  all all-matches allow-untrusted available backup cache check clean-protected commit-hooks contents depends description exact
  exists force force-broken-world force-missing-repositories force-non-repository force-overwrite force-refresh
  force-reinstall full has-origin help initdb installed interactive latest license logfile manifest network orphaned
  preserve-env print-arch progress providers provides purge quiet rdepends recursive reinstall scripts search simulate size
  sync system test triggers update-cache upgradable upgrade url verbose version webpage who-owns world
]], PLAIN)

local LETTERS = { X = "repository", V = "version", U = "update-cache", f = "force", h = "help", p = "root", q = "quiet", v = "verbose" }
local CHANGING = { add = true, del = true, fix = true, upgrade = true }
local OWN = {
  add = { l = "latest", t = "virtual", u = "upgrade" },
  del = { r = "rdepends" },
  fetch = { R = "recursive", o = "output" },
  fix = { r = "reinstall", u = "upgrade" },
  info = {
    L = "contents", P = "provides", R = "depends", W = "who-owns", a = "all", d = "description", e = "exists", r = "rdepends",
    s = "size", t = "triggers", w = "webpage",
  },
  list = { I = "installed", O = "orphaned", P = "providers", a = "available", d = "depends", u = "upgradable" },
  search = { d = "description", e = "exact", x = "exact" },
  upgrade = { a = "available" },
  version = { c = "check", l = "limit", t = "test" },
}

-- The command may come after options; it has to be known before their letters can be read.
local function command_of(arguments)
  local skip = false
  for _, word in ipairs(arguments) do
    if skip then
      skip = false
    elseif not word:find("^%-") then
      return word
    else
      skip = WITH_VALUE[word:match("^%-%-([%w-]+)$")] or word == "-p" or word == "-X"
    end
  end
end

local function set(found, name, value)
  if name == "verbose" then
    found.verbosity = found.verbosity + 1
  elseif name == "repository" then
    found.repository = found.repository or {}
    table.insert(found.repository, value)
  elseif name == "update-cache" then
    found["cache-max-age"] = 0
  else
    found[name] = value
  end
end

local function unknown(text) return ("unrecognized option '%s'"):format(text) end

-- Each reader returns the index of the last argument that it took, or nil and a complaint.
local function read_long(found, arguments, at)
  local name, mark, value = arguments[at]:match("^%-%-([^=]*)(=?)(.*)$")
  if WITH_VALUE[name] then
    if mark == "" then at, value = at + 1, arguments[at + 1] end
    set(found, name, value)
  elseif PLAIN[name] then
    set(found, name, mark == "" or value == "yes")
  elseif name:find("^no%-") and PLAIN[name:sub(4)] then
    set(found, name:sub(4), false)
  else
    return nil, unknown(name)
  end
  return at
end

local function read_letters(found, arguments, at, command)
  local own = OWN[command] or {}
  local last = at
  for letter in arguments[at]:sub(2):gmatch(".") do
    local name = own[letter] or (letter == "s" and CHANGING[command] and "simulate") or LETTERS[letter]
    if not name then return nil, unknown(letter) end
    if WITH_VALUE[name] then last = last + 1 end
    set(found, name, WITH_VALUE[name] and arguments[last] or true)
  end
  return last
end

--- Returns the command, its words and the options; or nil and a complaint.
function options.read(arguments)
  local command, words, found = command_of(arguments), {}, { verbosity = 0 }
  local at, seen, complaint = 1, false, nil
  while arguments[at] do
    local word = arguments[at]
    if word:find("^%-%-.") then
      at, complaint = read_long(found, arguments, at)
    elseif word:find("^%-.") then
      at, complaint = read_letters(found, arguments, at, command)
    elseif word == command and not seen then
      seen = true
    else
      words[#words + 1] = word
    end
    if not at then return nil, complaint end
    at = at + 1
  end
  return command or "", words, found
end

return options
