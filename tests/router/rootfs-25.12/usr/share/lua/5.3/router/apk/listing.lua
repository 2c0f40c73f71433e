-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What apk tells about packages: info, list, policy, search, version, stats.

local console = require("router.apk.console")
local database = require("router.apk.database")
local package = require("router.apk.package")
local query = require("router.apk.query")
local version = require("router.apk.version")

local listing = {}

local function newest(universe, name)
  local versions = universe.names[name]
  return versions[#versions]
end

local function installed_of(universe, name)
  for _, found in ipairs(universe.names[name] or {}) do
    if found.installed then return found end
  end
end

local function is_any(name, patterns)
  for _, pattern in ipairs(patterns) do
    if package.matches(name, pattern) then return true end
  end
  return #patterns == 0
end

-- list --------------------------------------------------------------------------------------------

local function state(universe, found)
  local present = installed_of(universe, found.name)
  if found.installed then return " [installed]" end
  if present and version.compare(found.version, present.version) > 0 then
    return (" [upgradable from: %s]"):format(package.full_name(present))
  end
  return ""
end

local function control(found, options)
  local lines = {
    "Package: " .. found.name, "Version: " .. found.version, "Depends: " .. table.concat(found.depends, " "),
    "Description: " .. found.description, "License: " .. found.license,
    "Installed-Size: " .. found["installed-size"], "Size: " .. found["file-size"], "",
  }
  if options.installed then table.insert(lines, 4, "Status: install ok installed") end
  return table.concat(lines, "\n")
end

local function row(universe, found, options, provided)
  if options.full then return control(found, options) end
  if options.manifest then return found.name .. " " .. found.version end
  if options.quiet then return found.name end
  local before = provided and ("<%s> "):format(provided) or ""
  local text = ("%s%s %s {%s} (%s)%s"):format(
    before, package.full_name(found), found.arch, found.origin, found.license, state(universe, found))
  return options.verbosity > 0 and ("%s\n  %s\n"):format(text, found.description) or text
end

local function provided_name(found, patterns)
  for _, provided in ipairs(found.provides) do
    if is_any(provided, patterns) then return provided end
  end
end

function listing.list(universe, patterns, options)
  local only_installed = options.installed or options.manifest
  for _, name in ipairs(package.names(universe)) do
    for _, found in ipairs(universe.names[name]) do
      local provided = options.providers and provided_name(found, patterns)
      local wanted = options.providers and provided or not options.providers and is_any(name, patterns)
      if options.depends then
        wanted = false
        for _, need in ipairs(package.dependencies(found)) do wanted = wanted or is_any(need.name, patterns) end
      end
      if only_installed then wanted = wanted and found.installed end
      if options.upgradable then wanted = wanted and state(universe, found):find("upgradable") end
      if options.available then wanted = wanted and #found.repositories > 0 end
      if options.orphaned then wanted = wanted and found.installed and #found.repositories == 0 end
      if wanted then print(row(universe, found, options, provided)) end
    end
  end
  return 0
end

-- policy, search, version -------------------------------------------------------------------------

function listing.policy(universe, patterns)
  for _, name in ipairs(package.names(universe)) do
    if #patterns > 0 and is_any(name, patterns) then
      print(name .. " policy:")
      for _, found in ipairs(universe.names[name]) do
        print(("  %s:"):format(found.version))
        if found.installed then print("    lib/apk/db/installed") end
        for _, url in ipairs(found.repositories) do print("    " .. url) end
      end
    end
  end
  return 0
end

function listing.search(universe, patterns, options)
  for _, name in ipairs(package.names(universe)) do
    for _, found in ipairs(universe.names[name]) do
      local hit = #patterns == 0
      local every = options.description or options["has-origin"]
      for _, pattern in ipairs(patterns) do
        if options.exact then
          hit = hit or name == pattern
        elseif options["has-origin"] then
          hit = hit or found.origin == pattern
        elseif options.description then
          hit = hit or found.description:find(pattern, 1, true)
        else
          hit = hit or package.matches(name, "*" .. pattern .. "*")
        end
      end
      if hit and #found.repositories > 0 and (every or found == newest(universe, name)) then
        local more = options.verbosity > 0 and " - " .. found.description or ""
        print(package.full_name(found) .. more)
      end
    end
  end
  return 0
end

--- `version` without a test: how what is installed compares with what is on offer.
function listing.versions(universe, names, options)
  local rows = {}
  for _, name in ipairs(package.names(universe)) do
    local present, best = installed_of(universe, name), newest(universe, name)
    if present then
      local difference = version.compare(present.version, best.version)
      local mark = difference < 0 and "<" or difference > 0 and ">" or "="
      local wanted = options.verbosity > 0 or mark == "<"
      if #names > 0 then wanted = is_any(name, names) end
      if wanted then
        rows[#rows + 1] = { package.full_name(present), mark, best.version }
      end
    end
  end
  print(("%-41s Available:"):format("Installed:"))
  for _, each in ipairs(rows) do print(("%-39s %s %s "):format(each[1], each[2], each[3])) end
  return 0
end

function listing.stats(universe)
  local installed, names, packages = {}, 0, 0
  for name, versions in pairs(universe.names) do
    names, packages = names + 1, packages + #versions
    for _, found in ipairs(versions) do
      if found.installed then installed[name] = found end
    end
  end
  local totals = database.totals(installed)
  print(("installed:\n  packages: %d\n  dirs: %d\n  files: %d\n  bytes: %d\n  triggers: 0"):format(
    totals.packages, totals.folders, totals.files, totals.bytes))
  print(("available:\n  names: %d\n  packages: %d\n"):format(names, packages))
  return 0
end

-- info --------------------------------------------------------------------------------------------

local function depends(found) return table.concat(found.depends, "\n") .. (#found.depends > 0 and "\n" or "") end

local function contents(found)
  local lines = {}
  for _, path in ipairs(found.files) do lines[#lines + 1] = path.name .. "\n" end
  return table.concat(lines)
end

local function dependents(found, universe)
  local lines = {}
  for _, name in ipairs(query.reverse_depends(universe, found)) do
    local other = installed_of(universe, name)
    if other then lines[#lines + 1] = package.full_name(other) .. "\n" end
  end
  return table.concat(lines)
end

local SECTIONS = {
  { "description", "description", function(found) return found.description .. "\n" end },
  { "webpage", "webpage", function(found) return found.url .. "\n" end },
  { "size", "installed size", function(found) return console.size(found["installed-size"]) .. "\n" end },
  { "depends", "depends on", depends },
  { "provides", "provides", function(found) return table.concat(found.provides, "\n") end },
  { "rdepends", "is required by", dependents, true },
  { "contents", "contains", contents, true },
  { "triggers", "triggers", function() return "" end, true },
  { "install-if", "has auto-install rule", function() return "" end },
  { "rinstall-if", "affects auto-installation of", function() return "" end, true },
  { "replaces", "replaces", function() return "" end, true },
  { "license", "license", function(found) return found.license .. "\n" end },
}
local BRIEF = { description = true, webpage = true, size = true }

local function installed_names(universe, options)
  for _, name in ipairs(package.names(universe)) do
    local found = installed_of(universe, name)
    if found then
      local text = options.verbosity > 0 and package.full_name(found) or name
      print(options.verbosity > 1 and text .. " - " .. found.description or text)
    end
  end
  return 0
end

--- `info -e`: prints what is installed of the constraints, returns how many are not.
local function existing(universe, words, options)
  local missing = 0
  for _, text in ipairs(words) do
    local dependency = package.dependency(text)
    local hit
    for _, found in ipairs(dependency and package.providers(universe, dependency.name) or {}) do
      if found.installed and package.satisfies(found, dependency) then hit = found end
    end
    if hit then
      print(options.verbosity > 0 and package.full_name(hit) or hit.name)
    else
      missing = missing + 1
    end
  end
  return missing
end

local function owners(universe, paths)
  local installed, rc = {}, 0
  for name in pairs(universe.names) do installed[name] = installed_of(universe, name) end
  for _, path in ipairs(paths) do
    local owner = database.owner(installed, path:sub(2))
    if owner then
      print(("%s is owned by %s"):format(path, package.full_name(owner)))
    else
      console.fail("%s: Could not find owner package", path)
      rc = rc + 1
    end
  end
  return rc
end

function listing.info(universe, words, options)
  if options.exists then return existing(universe, words, options) end
  if options["who-owns"] then return owners(universe, words) end
  if #words == 0 then return installed_names(universe, options) end
  local asked = false
  for _, section in ipairs(SECTIONS) do asked = asked or options[section[1]] end
  local rc = 0
  for _, name in ipairs(words) do
    local versions = universe.names[name] or {}
    if #versions == 0 then rc = rc + 1 end
    for _, found in ipairs(versions) do
      for _, section in ipairs(SECTIONS) do
        local wanted = options.all or options[section[1]] or (not asked and BRIEF[section[1]])
        if wanted and not (section[4] and not found.installed) then
          print(("%s %s:\n%s"):format(package.full_name(found), section[2], section[3](found, universe)))
        end
      end
    end
    if options.all and not installed_of(universe, name) then rc = 1 end
  end
  return rc
end

return listing
