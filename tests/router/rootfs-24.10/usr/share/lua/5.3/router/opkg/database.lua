-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What is installed (/usr/lib/opkg) and what the feeds offer (/var/opkg-lists).

local version = require("router.opkg.version")

local database = {}
local INFO, STATUS = "/usr/lib/opkg/info", "/usr/lib/opkg/status"
database.INFO = INFO

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end
database.read = read

--- Parses stanzas "Field: value" into a list of tables; lines that go on start with a blank.
function database.parse(text)
  local found, current, last = {}, nil, nil
  for line in (text .. "\n"):gmatch("(.-)\n") do
    local field, value = line:match("^([%w-]+):%s*(.*)$")
    if line == "" then
      current = nil
    elseif field then
      if not current then
        current = {}
        found[#found + 1] = current
      end
      current[field], last = value, field
    elseif current and last and line:find("^%s") then
      current[last] = current[last] .. "\n" .. line
    end
  end
  local packages = {}
  for _, fields in ipairs(found) do
    if fields.Package and fields.Version then packages[#packages + 1] = fields end
  end
  return packages
end

--- Dependencies as a list of { name, operator, version }.
function database.depends(package)
  local list = {}
  for item in (package.Depends or ""):gmatch("[^,]+") do
    local name, constraint = item:match("^%s*([%w.+-]+)%s*(.*)$")
    local operator, wanted = constraint:match("^%(%s*([<>=]+)%s*(.-)%s*%)")
    list[#list + 1] = { name = name, operator = operator, version = wanted, text = item:match("^%s*(.-)%s*$") }
  end
  return list
end

function database.load()
  local self = { installed = {}, offers = {}, order = {} }
  for _, package in ipairs(database.parse(read(STATUS) or "")) do
    self.installed[package.Package] = package
    self.order[#self.order + 1] = package.Package
  end
  return setmetatable(self, { __index = database })
end

--- Reads the list of each feed: name -> versions on offer.
function database.read_lists(self, feeds, directory)
  for _, feed in ipairs(feeds) do
    for _, package in ipairs(database.parse(read(directory .. "/" .. feed.name) or "")) do
      package.feed = feed
      self.offers[package.Package] = self.offers[package.Package] or {}
      table.insert(self.offers[package.Package], package)
    end
  end
end

--- The newest version on offer.
function database.best(self, name)
  local best
  for _, package in ipairs(self.offers[name] or {}) do
    if not best or version.compare(package.Version, best.Version) > 0 then best = package end
  end
  return best
end

function database.is_satisfied(self, need)
  local package = self.installed[need.name]
  if not package then
    for _, other in pairs(self.installed) do
      for name in (other.Provides or ""):gmatch("[%w.+-]+") do
        if name == need.name then return true end
      end
    end
    return false
  end
  return not need.operator or version.satisfies(package.Version, need.operator, need.version)
end

--- All versions known of a name, oldest first; what is installed counts once, or not at all with
--- `only_offers`.
function database.versions(self, name, only_offers)
  local all, seen = {}, {}
  for _, package in ipairs(self.offers[name] or {}) do
    all[#all + 1], seen[package.Version] = package, true
  end
  local installed = self.installed[name]
  if installed and not only_offers and not seen[installed.Version] then all[#all + 1] = installed end
  table.sort(all, function(a, b) return version.compare(a.Version, b.Version) < 0 end)
  return all
end

function database.names(self)
  local names, seen = {}, {}
  for _, source in ipairs({ self.installed, self.offers }) do
    for name in pairs(source) do
      if not seen[name] then names[#names + 1], seen[name] = name, true end
    end
  end
  table.sort(names)
  return names
end

function database.dependents(self, name, without)
  local found = {}
  for _, other in ipairs(self.order) do
    local package = self.installed[other]
    if package and not (without or {})[other] then
      for _, need in ipairs(database.depends(package)) do
        if need.name == name then found[#found + 1] = package end
      end
    end
  end
  return found
end

local KEPT = {
  "Package", "Version", "Depends", "Provides", "Status", "Architecture", "Conffiles", "Installed-Time", "Auto-Installed",
}

function database.save(self)
  local parts = {}
  for _, name in ipairs(self.order) do
    local package = self.installed[name]
    for _, field in ipairs(package and KEPT or {}) do
      if package[field] then parts[#parts + 1] = field .. ": " .. package[field] .. "\n" end
    end
    if package then parts[#parts + 1] = "\n" end
  end
  local file = assert(io.open(STATUS .. ".new", "wb"))
  file:write(table.concat(parts))
  file:close()
  os.rename(STATUS .. ".new", STATUS)
end

function database.add(self, package)
  if not self.installed[package.Package] then self.order[#self.order + 1] = package.Package end
  self.installed[package.Package] = package
end

function database.drop(self, name)
  self.installed[name] = nil
  for index, other in ipairs(self.order) do
    if other == name then table.remove(self.order, index) break end
  end
end

--- Configuration files with the checksums that they had when they came.
function database.conffiles(package)
  local found = {}
  for path, digest in (package.Conffiles or ""):gmatch("\n (%S+) (%x+)") do found[path] = digest end
  return found
end

function database.files(name)
  local files = {}
  for path in (read(INFO .. "/" .. name .. ".list") or ""):gmatch("[^\n]+") do files[#files + 1] = path end
  return files
end

return database
