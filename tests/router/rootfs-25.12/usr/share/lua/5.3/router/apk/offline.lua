-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- fetch, verify, manifest and audit: package files, and files of packages.

local console = require("router.apk.console")
local container = require("router.apk.container")
local database = require("router.apk.database")
local files = require("router.apk.files")
local package = require("router.apk.package")
local repositories = require("router.apk.repositories")
local Solver = require("router.apk.solver")

local offline = {}

local KEYS = "/etc/apk/keys"

-- What is there already is not downloaded again.
local function download(found, options)
  local path = ("%s/%s.apk"):format(options.output or ".", package.full_name(found))
  if files.exists(path) then return true end
  console.say("Downloading %s", package.full_name(found))
  local text, complaints = repositories.obtain(found, options)
  if not text then
    for _, complaint in ipairs(complaints) do console.fail("%s", complaint) end
    return false
  end
  local file = io.open(path, "wb")
  file:write(text)
  file:close()
  return true
end

--- Downloads packages, with --recursive also what they need.
function offline.fetch(universe, words, options)
  local rc = 0
  for _, word in ipairs(words) do
    local order, selected = Solver.new(universe, { package.dependency(word) }, { upgrade = true }):solve()
    if not order then
      print(word .. ": unable to select package (or its dependencies)")
      return 1
    end
    local found = options.recursive and order or { selected[word] }
    table.sort(found, function(a, b) return a.name < b.name end)
    for _, each in ipairs(found) do
      if options.url then
        print(each.url_of)
      elseif not download(each, options) then
        rc = rc + 1
      end
    end
  end
  return rc
end

function offline.verify(words, options)
  local rc = 0
  for _, path in ipairs(words) do
    local value, problem = container.open(files.read(path) or "", "package", KEYS, options["allow-untrusted"])
    print(("%s: %s"):format(path, value and "OK" or problem))
    if not value then rc = rc + 1 end
  end
  return rc
end

function offline.manifest(universe, words)
  for _, name in ipairs(words) do
    for _, found in ipairs(universe.names[name] or {}) do
      for _, path in ipairs(found.files) do print(("%s  %s"):format(path.short, path.name)) end
    end
  end
  return 0
end

--- `audit --system`: files outside /etc that are not as their package left them.
function offline.audit(universe)
  local installed, paths = {}, {}
  for _, versions in pairs(universe.names) do installed[#installed + 1] = versions[1] end
  for _, found in ipairs(database.sorted(installed)) do
    for _, path in ipairs(found.files) do paths[#paths + 1] = path.short and "/" .. path.name end
  end
  local digests = files.digests(paths)
  for _, found in ipairs(database.sorted(installed)) do
    for _, path in ipairs(found.files) do
      local digest = digests["/" .. path.name]
      local kept = path.name:find("^etc/") or not path.short
      if not kept and not digest then print("X " .. path.name) end
      if not kept and digest and files.short(digest) ~= path.short then print("U " .. path.name) end
    end
  end
  return 0
end

return offline
