-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Packages and dependencies: the table that the index has for a package, what is asked of it.

local version = require("router.apk.version")

local package = {}

--- "name", "name=1.0", "name~1", "name><IDENTITY", "!name", "name@tag" as a table; nil when it is none.
function package.dependency(text)
  local conflict, name, tag, operator, wanted = text:match("^(!?)([^<>=~@]*)(@?[^<>=~]*)([<>=~]*)(.*)$")
  if text:find("%s") or (operator == "") ~= (wanted == "") then return nil end
  if operator ~= "" and operator ~= "><" and not version.is_valid(wanted) then return nil end
  return { text = text, name = name, tag = tag, conflict = conflict == "!", operator = operator, version = wanted }
end

--- Whether a package is what a dependency asks for, be it by its name or by what it provides.
function package.satisfies(found, dependency)
  local matching
  if found.name ~= dependency.name then
    matching = false
    for _, provided in ipairs(found.provides) do
      matching = matching or (provided == dependency.name and dependency.operator == "")
    end
  elseif dependency.operator == "" then
    matching = true
  elseif dependency.operator == "><" then
    matching = found.hash == dependency.version
  else
    matching = version.satisfies(found.version, dependency.operator, dependency.version)
  end
  return matching ~= dependency.conflict
end

function package.full_name(found) return found.name .. "-" .. found.version end

function package.dependencies(found)
  local list = {}
  for _, text in ipairs(found.depends) do list[#list + 1] = package.dependency(text) end
  return list
end

--- Newer first; of one version, what is installed.
function package.is_newer(a, b)
  local difference = version.compare(a.version, b.version)
  if difference ~= 0 then return difference > 0 end
  return a.installed and not b.installed
end

--- Every package known, by name, oldest version first, and by identity.
function package.universe() return { names = {}, identities = {} } end

--- Adds a package from a source (an index, the database or a file), unless its identity is known.
function package.add(universe, found)
  local known = universe.identities[found.hash]
  if known then return known end
  universe.identities[found.hash] = found
  found.repositories = found.repositories or {}
  local versions = universe.names[found.name] or {}
  universe.names[found.name] = versions
  versions[#versions + 1] = found
  table.sort(versions, function(a, b) return package.is_newer(b, a) end)
  return found
end

function package.names(universe)
  local names = {}
  for name in pairs(universe.names) do names[#names + 1] = name end
  table.sort(names)
  return names
end

--- Packages that satisfy a dependency's name, be it as what they provide.
function package.providers(universe, name)
  if universe.names[name] then return universe.names[name] end
  local found = {}
  for _, each in ipairs(package.names(universe)) do
    for _, candidate in ipairs(universe.names[each]) do
      for _, provided in ipairs(candidate.provides) do
        if provided == name then found[#found + 1] = candidate end
      end
    end
  end
  return found
end

function package.count(universe)
  local count = 0
  for _ in pairs(universe.identities) do count = count + 1 end
  return count
end

--- Whether a name is matched by a pattern of the shell's.
function package.matches(name, pattern)
  local expression = pattern:gsub("[%-%.%+%[%]%(%)%$%^%%]", "%%%0"):gsub("%*", ".*"):gsub("%?", ".")
  return name:find("^" .. expression .. "$") ~= nil
end

return package
