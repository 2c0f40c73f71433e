-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Which packages fulfil the world: simpler than apk's solver, for a world without alternatives.

local console = require("router.apk.console")
local package = require("router.apk.package")

local Solver = {}
Solver.__index = Solver

local ROUNDS = 20
local WORLD = "world"

--- `options`: `upgrade` (all, or a set of names whose dependencies are upgraded as well), `only` (do not upgrade
--- their dependencies), `available` (prefer what is on offer), `network` (false: what would have to be
--- fetched is masked).
function Solver.new(universe, world, options)
  return setmetatable({ universe = universe, world = world, options = options }, Solver)
end

local function is_masked(self, found)
  return self.options.network == false and not found.installed and not found.path
end

local function is_installable(self, found)
  if found.arch ~= "x86_64" and found.arch ~= "noarch" then return false end
  if is_masked(self, found) then return false end
  return found.installed or found.path ~= nil or #found.repositories > 0
end

local function is_permitted(found, demands)
  for _, demand in ipairs(demands) do
    if not package.satisfies(found, demand.dependency) then return false end
  end
  return true
end

function Solver:prefers(a, b, upgraded)
  if self.options.available and (#a.repositories > 0) ~= (#b.repositories > 0) then return #a.repositories > 0 end
  if not upgraded and a.installed ~= b.installed then return a.installed == true end
  return package.is_newer(a, b)
end

--- The package chosen for a name: all demands on it are fulfilled, nil when there is none such.
function Solver:choose(name, demands, upgraded)
  local best
  for _, candidate in ipairs(package.providers(self.universe, name)) do
    if is_installable(self, candidate) and is_permitted(candidate, demands) then
      if not best or self:prefers(candidate, best, upgraded) then best = candidate end
    end
  end
  return best
end

-- One pass from the world through all dependencies, with the demands that the last pass found.
function Solver:pass(known)
  local demands, chosen, order = {}, {}, {}
  local function visit(dependency, by, upgraded)
    -- Demands on a name that only others provide count for the one that is chosen.
    local name = dependency.name
    demands[name] = demands[name] or {}
    table.insert(demands[name], { dependency = dependency, by = by })
    if dependency.conflict or chosen[name] ~= nil then return end
    upgraded = upgraded or self.upgraded[name] or false
    self.upgraded[name] = upgraded
    local found = self:choose(name, known[name] or { { dependency = dependency } }, upgraded)
    chosen[name] = found or false
    if not found then return end
    if found.name ~= name then chosen[found.name] = found end
    for _, need in ipairs(package.dependencies(found)) do
      visit(need, found, upgraded and not self.options.only)
    end
    order[#order + 1] = found
  end
  for _, dependency in ipairs(self.world) do
    local wanted = self.options.upgrade
    visit(dependency, nil, wanted == true or (wanted and wanted[dependency.name]))
  end
  return demands, chosen, order
end

local function size(demands)
  local count = 0
  for _, list in pairs(demands) do count = count + #list end
  return count
end

--- Returns the packages in the order of installation, by name as well; or nil, the number of errors and what
--- is to be said about them.
function Solver:solve()
  self.upgraded = {}
  local demands, chosen, order = {}, {}, {}
  local before = -1
  for _ = 1, ROUNDS do
    local last = chosen
    demands, chosen, order = self:pass(demands)
    local same = before == size(demands)
    for name, found in pairs(chosen) do same = same and last[name] == found end
    if same then break end
    before = size(demands)
  end
  self.demands = demands
  local unsatisfied = {}
  for name, found in pairs(chosen) do
    if not found then unsatisfied[#unsatisfied + 1] = name end
  end
  if #unsatisfied > 0 then
    table.sort(unsatisfied)
    return nil, #unsatisfied + self:affected(unsatisfied, order), self:explain(unsatisfied)
  end
  local selected = {}
  for _, found in ipairs(order) do selected[found.name] = found end
  return order, selected
end

--- How many of the packages chosen need, by however many steps, one of the names.
function Solver:affected(names, order)
  local bad, count = {}, 0
  for _, name in ipairs(names) do bad[name] = true end
  for _, found in ipairs(order) do
    for _, need in ipairs(package.dependencies(found)) do
      if bad[need.name] and not bad[found.name] then
        bad[found.name] = true
        count = count + 1
      end
    end
  end
  return count
end

local function who(demand)
  local by = demand.by and package.full_name(demand.by) or WORLD
  return ("%s[%s]"):format(by, demand.dependency.text)
end

local function split(found, demands)
  local broken, kept = {}, {}
  for _, demand in ipairs(demands) do
    local list = package.satisfies(found, demand.dependency) and kept or broken
    if not demand.dependency.conflict or list == broken then list[#list + 1] = who(demand) end
  end
  return broken, kept
end

-- The one to speak about when none will do: what is installed, else the newest.
local function shown(candidates)
  local best
  for _, candidate in ipairs(candidates) do
    if not best or candidate.installed or (not best.installed and package.is_newer(candidate, best)) then best = candidate end
  end
  return best
end

function Solver:explain(names)
  local lines = { "unable to select packages:" }
  local function add(text) lines[#lines + 1] = text end
  for _, name in ipairs(names) do
    local demands = self.demands[name]
    table.sort(demands, function(a, b)
      if not a.by or not b.by then return not a.by and b.by ~= nil end
      return a.by.name < b.by.name
    end)
    local found = shown(package.providers(self.universe, name))
    if not found then
      add(("  %s (no such package):"):format(name))
      local all = {}
      for _, demand in ipairs(demands) do all[#all + 1] = who(demand) end
      add(console.indented("    required by:", all))
    else
      add(("  %s:"):format(package.full_name(found)))
      local broken, kept = split(found, demands)
      if is_masked(self, found) then
        add("    masked in: --no-network")
      elseif not is_installable(self, found) then
        add("    error: uninstallable")
        add("    arch: " .. found.arch)
      end
      if #broken > 0 then add(console.indented("    breaks:", broken)) end
      if #kept > 0 then add(console.indented("    satisfies:", kept)) end
    end
  end
  return table.concat(lines, "\n")
end

return Solver
