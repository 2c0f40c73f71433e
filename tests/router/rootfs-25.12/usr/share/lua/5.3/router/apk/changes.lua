-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The commands that change what is installed or known: add, del, fix, upgrade, update.

local console = require("router.apk.console")
local database = require("router.apk.database")
local files = require("router.apk.files")
local package = require("router.apk.package")
local repositories = require("router.apk.repositories")
local Solver = require("router.apk.solver")
local Transaction = require("router.apk.transaction")

local changes = {}

local REFUSED = 99

--- Everything known: what is installed, and what the indexes offer (see repositories.open for `mode`).
function changes.universe(mode, options)
  local universe = package.universe()
  local installed = database.load()
  for _, found in ipairs(database.sorted(installed)) do package.add(universe, found) end
  if mode == "installed" then return universe, installed, 0, 0 end
  local unavailable, stale = repositories.open(universe, mode, options)
  return universe, installed, unavailable, stale
end

local function index_mode(options) return options.simulate and "cached" or "needed" end

local function without(world, name)
  local kept, found = {}, false
  for _, dependency in ipairs(world) do
    if dependency.name == name then found = true else kept[#kept + 1] = dependency end
  end
  return kept, found
end

--- Solves the world and carries out the solution; the world is kept as soon as it has one.
local function commit(universe, installed, world, options, more)
  local solver = Solver.new(universe, world, {
    upgrade = more.upgrade, only = more.only, available = options.available, network = options.network,
  })
  local order, result, complaint = solver:solve()
  if not order then
    console.fail("%s", complaint)
    return result
  end
  options.world_changed = true
  if more.before_summary then more.before_summary(result) end
  local errors = Transaction.new(installed, order, more.reinstall or {}, options):commit()
  if not options.simulate then database.save_world(world) end
  return errors
end

-- add ---------------------------------------------------------------------------------------------

-- A word of the command line: a package file, or a constraint.
local function wanted(word, universe, options)
  if word:find("[./]") and files.is_plain(word) then
    local found, problem = repositories.open_file(word, options)
    if not found then
      console.fail("%s: %s", word, problem)
      return nil
    end
    local known = package.add(universe, found)
    known.path = found.path
    return package.dependency(("%s><%s"):format(found.name, found.hash))
  end
  local dependency = package.dependency(word)
  if not dependency then
    console.fail("'%s' is not a valid world dependency, format is name(@tag)([<>~=]version)", word)
  end
  return dependency
end

local function virtual(name, dependencies)
  local needs = {}
  for _, dependency in ipairs(dependencies) do needs[#needs + 1] = dependency.text end
  local moment = os.date("!%Y%m%d.%H%M%S")
  return {
    name = name, version = moment, description = "virtual meta package", arch = "noarch", license = "", origin = "",
    maintainer = "", url = "", ["installed-size"] = 0, ["file-size"] = 0, depends = needs, provides = {}, tags = {},
    hash = "Q1" .. moment, virtual = true,
    repositories = { "virtual" },
  }
end

function changes.add(words, options)
  local universe, installed = changes.universe(index_mode(options), options)
  local world, dependencies = database.world(), {}
  for _, word in ipairs(words) do
    if word ~= "" then
      local dependency = wanted(word, universe, options)
      if not dependency then return REFUSED end
      if dependency.tag ~= "" then
        console.warn("The repository tag for world dependency '%s' does not exist", dependency.text)
        console.fail("Not committing changes due to missing repository tags.")
        return REFUSED
      end
      dependencies[#dependencies + 1] = dependency
    end
  end
  if options.virtual then
    local found = package.add(universe, virtual(options.virtual, dependencies))
    dependencies = { package.dependency(found.name .. "=" .. found.version) }
  end
  local upgrade, reinstall = {}, {}
  for _, dependency in ipairs(dependencies) do
    world = without(world, dependency.name)
    world[#world + 1] = dependency
    upgrade[dependency.name] = (options.upgrade or options.latest) and true or nil
    reinstall[dependency.name] = options["force-reinstall"]
  end
  table.sort(world, function(a, b) return a.name < b.name end)
  return commit(universe, installed, world, options, { upgrade = upgrade, reinstall = reinstall })
end

-- del ---------------------------------------------------------------------------------------------

-- Installed packages that need the one of that name, by however many steps.
local function dependents(installed, name, found, seen)
  for _, other in ipairs(database.sorted(installed)) do
    for _, need in ipairs(package.dependencies(other)) do
      if need.name == name and not seen[other.name] then
        seen[other.name] = true
        found[#found + 1] = other.name
        dependents(installed, other.name, found, seen)
      end
    end
  end
  return found
end

local function tell_kept(words, installed, selected)
  local lines = {}
  for _, name in ipairs(words) do
    if selected[name] then
      local kept = {}
      for _, other in ipairs(dependents(installed, name, {}, {})) do
        if selected[other] then kept[#kept + 1] = other end
      end
      lines[#lines + 1] = console.indented(("  %s:"):format(name), kept)
    end
  end
  if #lines > 0 then
    console.say("World updated, but the following packages are not removed due to:\n%s\n", table.concat(lines, "\n"))
  end
end

function changes.del(words, options)
  local universe, installed = changes.universe("cached", options)
  local world, unknown = database.world(), 0
  local names = {}
  for _, name in ipairs(words) do
    local rest, found = without(world, name)
    if not found and not universe.names[name] then
      console.fail("No such package: %s", name)
      unknown = unknown + 1
    end
    world = rest
    names[#names + 1] = name
    if options.rdepends then
      for _, other in ipairs(dependents(installed, name, {}, {})) do world = without(world, other) end
    end
  end
  if unknown > 0 then return unknown end
  return commit(universe, installed, world, options, {
    before_summary = function(selected) tell_kept(names, installed, selected) end,
  })
end

-- fix, upgrade, update ----------------------------------------------------------------------------

function changes.fix(words, options)
  local universe, installed = changes.universe(index_mode(options), options)
  local reinstall, upgrade = {}, {}
  for _, name in ipairs(words) do
    if not universe.names[name] then
      console.fail("Package '%s' not found", name)
      return 1
    end
    if options.upgrade then upgrade[name] = true else reinstall[name] = true end
  end
  if #words == 0 then
    for name, found in pairs(installed) do reinstall[name] = next(found.broken) ~= nil end
  end
  return commit(universe, installed, database.world(), options, { upgrade = upgrade, only = true, reinstall = reinstall })
end

function changes.upgrade(words, options)
  local universe, installed, unavailable, stale = changes.universe(index_mode(options), options)
  if unavailable + stale > 0 and not options["force-missing-repositories"] then
    console.fail("Not continuing due to stale/unavailable repositories. Use --force-missing-repositories to continue.")
    return REFUSED
  end
  local upgrade = {}
  for _, name in ipairs(words) do
    if not universe.names[name] then
      console.fail("Package '%s' not found", name)
      return 1
    end
    upgrade[name] = true
  end
  return commit(universe, installed, database.world(), options, {
    upgrade = #words == 0 or upgrade, only = #words > 0,
  })
end

function changes.update(_, options)
  local universe, _, unavailable, stale = changes.universe("update", options)
  local count = package.count(universe)
  if unavailable + stale == 0 then
    console.say("OK: %d distinct packages available", count)
  else
    console.say("%d unavailable, %d stale; %d distinct packages available", unavailable, stale, count)
  end
  return unavailable + stale
end

return changes
