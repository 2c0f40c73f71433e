-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- `apk query`: fields of packages as text, YAML or JSON.

local console = require("router.apk.console")
local database = require("router.apk.database")
local package = require("router.apk.package")
local Solver = require("router.apk.solver")

local query = {}

-- In the order in which they are printed; what only an installed package has is marked.
local FIELDS = {
  { "package", "Package" }, { "name", "Name" }, { "version", "Version" }, { "description", "Description" }, { "arch", "Arch" },
  { "license", "License" }, { "origin", "Origin" }, { "maintainer", "Maintainer" }, { "url", "URL" },
  { "installed-size", "Installed-Size" }, { "file-size", "File-Size" }, { "depends", "Depends" }, { "provides", "Provides" },
  { "tags", "Tags" }, { "repositories", "Repositories" }, { "download-url", "Download-URL" },
  { "reverse-depends", "Reverse-Depends" }, { "reverse-install-if", "Reverse-Install-If" },
  { "contents", "Contents", true }, { "scripts", "Scripts", true }, { "status", "Status", true },
}
local DEFAULT = "name,version,description,arch,license,origin,url,file-size,tags"
local DATABASE = "lib/apk/db/installed"
local ALWAYS = { ["reverse-install-if"] = true, repositories = true }

local function reverse_depends(universe, found)
  local names, seen = {}, {}
  for _, name in ipairs(package.names(universe)) do
    for _, other in ipairs(universe.names[name]) do
      for _, need in ipairs(package.dependencies(other)) do
        if not seen[name] and package.satisfies(found, need) then
          seen[name] = true
          names[#names + 1] = name
        end
      end
    end
  end
  return names
end
query.reverse_depends = reverse_depends

local computed = {
  ["package"] = function(found) return package.full_name(found) end,
  ["download-url"] = function(found) return found.url_of end,
  ["reverse-depends"] = function(found, universe) return reverse_depends(universe, found) end,
  ["reverse-install-if"] = function() return {} end,
  ["repositories"] = function(found)
    local list = { found.installed and DATABASE or nil }
    for _, url in ipairs(found.repositories) do list[#list + 1] = url end
    return list
  end,
  ["contents"] = function(found)
    local names = {}
    for _, path in ipairs(found.files) do names[#names + 1] = path.name end
    return names
  end,
  ["scripts"] = function(found)
    local kept = database.script(package.full_name(found) .. ".pre-deinstall")
    return kept and { "post-install", "pre-deinstall", "post-upgrade" } or nil
  end,
  ["status"] = function(found)
    local list = { "installed" }
    for _, flag in ipairs({ "broken-files", "broken-script" }) do
      if found.broken[flag] then list[#list + 1] = flag end
    end
    return list
  end,
}

local function value_of(found, field, universe)
  if field[3] and not found.installed then return nil end
  local value
  if computed[field[1]] then value = computed[field[1]](found, universe) else value = found[field[1]] end
  if value == "" or (type(value) == "table" and #value == 0 and not ALWAYS[field[1]]) then return nil end
  return value
end

-- Formats -----------------------------------------------------------------------------------------

local function quote(text) return '"' .. text:gsub('["\\]', "\\%0"):gsub("\n", "\\n") .. '"' end

local function json_value(value)
  if type(value) == "number" then return tostring(value) end
  if type(value) == "string" then return quote(value) end
  local lines = {}
  for _, item in ipairs(value) do lines[#lines + 1] = "      " .. quote(item) end
  return "[\n" .. table.concat(lines, ",\n") .. (#lines > 0 and "\n" or "") .. "    ]"
end

local formats = {}

function formats.json(rows)
  local blocks = {}
  for _, row in ipairs(rows) do
    local lines = {}
    for _, item in ipairs(row) do lines[#lines + 1] = ("    %s: %s"):format(quote(item[1][1]), json_value(item[2])) end
    blocks[#blocks + 1] = "{\n" .. table.concat(lines, ",\n") .. "\n  }"
  end
  io.write("[\n", #blocks > 0 and "  " .. table.concat(blocks, ", ") .. "\n" or "", "]\n")
end

function formats.yaml(rows)
  io.write(("# %d items\n"):format(#rows))
  for _, row in ipairs(rows) do
    for index, item in ipairs(row) do
      local value = item[2]
      io.write(index == 1 and "- " or "  ", item[1][1], ":")
      if type(value) == "table" then
        io.write((" # %d items\n"):format(#value))
        for _, each in ipairs(value) do io.write("    - ", each, "\n") end
      else
        io.write(" ", tostring(value), "\n")
      end
    end
  end
end

function formats.default(rows)
  for index, row in ipairs(rows) do
    if index > 1 then io.write("\n") end
    for _, item in ipairs(row) do
      local value = item[2]
      io.write(item[1][2], ": ", type(value) == "table" and table.concat(value, " ") or tostring(value), "\n")
    end
  end
end

-- Selection ---------------------------------------------------------------------------------------

local function is_wanted(found, options)
  if options.installed and not found.installed then return false end
  if options.available and #found.repositories == 0 then return false end
  if options.upgradable or options.orphaned then return false end
  return true
end

local function matching(universe, patterns, options)
  local selected = {}
  local by = options.match or "name"
  for _, name in ipairs(package.names(universe)) do
    local best = {}
    for _, found in ipairs(universe.names[name]) do
      local texts = by == "provides" and found.provides or { found[by] }
      local hit = false
      for _, pattern in ipairs(patterns) do
        for _, text in ipairs(texts) do hit = hit or package.matches(text, pattern) end
      end
      if hit and is_wanted(found, options) then
        if not options["all-matches"] then best = {} end
        best[#best + 1] = found
      end
    end
    for _, found in ipairs(best) do selected[#selected + 1] = found end
  end
  return selected
end

-- Solves the constraints alone, as if nothing were installed.
local function solved(universe, constraints, options)
  local world = options.world and database.world() or {}
  for _, text in ipairs(constraints) do world[#world + 1] = package.dependency(text) end
  local order, _, complaint = Solver.new(universe, world, options):solve()
  if not order then
    console.fail("%s", complaint)
    return {}
  end
  table.sort(order, function(a, b) return a.name < b.name end)
  local selected = {}
  for _, found in ipairs(order) do
    if is_wanted(found, options) then selected[#selected + 1] = found end
  end
  return selected
end

--- Answers a query; returns 1 when a field asked for by name is not known of a package.
function query.run(universe, words, options)
  local selected = options.recursive and solved(universe, words, options) or matching(universe, words, options)
  local asked = options.fields or DEFAULT
  local rows, rc = {}, 0
  for _, found in ipairs(selected) do
    local row = {}
    for _, field in ipairs(FIELDS) do
      if asked == "all" or ("," .. asked .. ","):find("," .. field[1] .. ",", 1, true) then
        local value = value_of(found, field, universe)
        if value ~= nil then row[#row + 1] = { field, value } end
        if value == nil and field[3] and asked ~= "all" then rc = 1 end
      end
    end
    rows[#rows + 1] = row
  end
  formats[options.format or "default"](rows)
  return rc
end

return query
