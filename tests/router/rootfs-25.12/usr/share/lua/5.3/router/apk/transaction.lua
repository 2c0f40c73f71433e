-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Carrying out a solution: what is installed, upgraded and purged, in which order, and how it is told.

local console = require("router.apk.console")
local database = require("router.apk.database")
local package = require("router.apk.package")
local Unpacker = require("router.apk.unpacker")
local version = require("router.apk.version")

local Transaction = {}
Transaction.__index = Transaction

--- `order` are the packages of the solution in the order of installation, `reinstall` names to be put in place
--- again.
function Transaction.new(installed, order, reinstall, options)
  local self = setmetatable({ installed = installed, options = options, steps = {}, errors = 0 }, Transaction)
  local selected = {}
  for _, found in ipairs(order) do
    selected[found.name] = found
    local present = installed[found.name]
    if not present or present.hash ~= found.hash then
      self:plan(found, present)
    elseif reinstall[found.name] then
      self:plan(found, present, not found.path and #(found.repositories or {}) == 0)
    end
  end
  self:plan_purges(selected)
  return self
end

function Transaction:plan(found, present, unavailable)
  local verb = "Installing"
  local shown = found.version
  if present then
    local difference = version.compare(found.version, present.version)
    verb = difference > 0 and "Upgrading" or difference < 0 and "Downgrading" or "Reinstalling"
    if difference ~= 0 then shown = present.version .. " -> " .. found.version end
  end
  local text = ("%s %s (%s)"):format(verb, found.name, shown)
  if unavailable then text = "[APK unavailable, skipped] " .. text end
  table.insert(self.steps, { found = found, present = present, text = text, verb = verb, skip = unavailable })
end

--- What nobody needs goes before what it needed itself.
function Transaction:plan_purges(selected)
  local gone, needed_by = {}, {}
  for _, present in ipairs(database.sorted(self.installed)) do
    if not selected[present.name] then
      gone[present.name] = present
      for _, need in ipairs(package.dependencies(present)) do
        needed_by[need.name] = (needed_by[need.name] or 0) + 1
      end
    end
  end
  local function purge(present)
    gone[present.name] = nil
    local text = ("Purging %s (%s)"):format(present.name, present.version)
    table.insert(self.steps, { present = present, text = text, verb = "Purging" })
    for _, need in ipairs(package.dependencies(present)) do
      needed_by[need.name] = needed_by[need.name] - 1
      if needed_by[need.name] == 0 and gone[need.name] then purge(gone[need.name]) end
    end
  end
  for _, present in ipairs(database.sorted(gone)) do
    if gone[present.name] and not needed_by[present.name] then purge(present) end
  end
  -- What is left needs each other in a circle.
  for _, present in ipairs(database.sorted(gone)) do
    if gone[present.name] then purge(present) end
  end
end

local PREVIEW = {
  { "Purging", "The following packages will be REMOVED:" },
  { "Downgrading", "The following packages will be DOWNGRADED:" },
  { "Installing", "The following NEW packages will be installed:" },
  { "Upgrading", "The following packages will be upgraded:" },
  { "Reinstalling", "The following packages will be reinstalled:" },
}

function Transaction:preview()
  local download, growth = 0, 0
  for _, kind in ipairs(PREVIEW) do
    local names = {}
    for _, step in ipairs(self.steps) do
      if step.verb == kind[1] then names[#names + 1] = ("  %s"):format(step.text:match("%S+ %(.*$")) end
    end
    table.sort(names)
    if #names > 0 then console.say("%s\n%s", kind[2], table.concat(names, "\n")) end
  end
  for _, step in ipairs(self.steps) do
    if step.found and not step.skip then download = download + step.found["file-size"] end
    growth = growth + (step.found and step.found["installed-size"] or 0) - (step.present and step.present["installed-size"] or 0)
  end
  if download > 0 then console.say("Need to download %s of packages.", console.size(download)) end
  local what = growth < 0 and "disk space will be freed" or "additional disk space will be used"
  console.say("After this operation, %s of %s.", console.size(math.abs(growth)), what)
end

--- Does every step, or with --simulate only tells it; returns the number of errors.
function Transaction:commit()
  local unpacker = Unpacker.new(self.installed, self.options)
  if self.options.verbosity >= 2 then self:preview() end
  local before = database.totals(self.installed)
  local width = #tostring(#self.steps)
  for index, step in ipairs(self.steps) do
    console.say("(%" .. width .. "d/%d) %s", index, #self.steps, step.text)
    if self.options.simulate then
      self.installed[(step.found or step.present).name] = step.found
    elseif step.found and not step.skip then
      unpacker:install(step.found, step.present)
    elseif not step.found then
      unpacker:purge(step.present)
    end
  end
  self.errors = unpacker.errors
  if not self.options.simulate and (#self.steps > 0 or self.options.world_changed) then
    database.keep_scripts(unpacker.scripts)
    if not database.save(self.installed) then
      console.fail("System state may be inconsistent: failed to write database: No space left on device")
      self.errors = self.errors + 1
    end
  end
  for _, found in pairs(self.installed) do
    if found.broken and next(found.broken) then self.errors = self.errors + 1 end
  end
  self:summarize(self.options.simulate and before)
  return self.errors
end

--- `counted` are the totals of a simulation, whose files nobody counts.
function Transaction:summarize(counted)
  local totals = database.totals(self.installed)
  local paths = counted or totals
  local bytes = console.size(totals.bytes)
  if self.errors > 0 then
    local noun = self.errors == 1 and "error" or "errors"
    console.say("%d %s; %s in %d packages", self.errors, noun, bytes, totals.packages)
  elseif self.options.verbosity > 0 then
    console.say("OK: %d packages, %d dirs, %d files, %s", totals.packages, paths.folders, paths.files, bytes)
  else
    console.say("OK: %s in %d packages", bytes, totals.packages)
  end
end

return Transaction
