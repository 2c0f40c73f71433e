-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Where UCI packages live: /etc/config, and staged changes in the delta directories.

local stat = require("posix.sys.stat")
local dirent = require("posix.dirent")
local uci = require("router.uci")

local Store = {}
Store.__index = Store

local function new(options)
  options = options or {}
  return setmetatable({
    confdir = options.confdir or "/etc/config",
    conf2dir = options.conf2dir or "/var/run/uci",
    savedir = options.savedir or "/tmp/.uci",
    delta_dirs = options.delta_dirs or {}, -- read besides savedir
    lax = options.lax,
  }, Store)
end

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

function Store:names()
  local names = {}
  for _, name in ipairs(dirent.dir(self.confdir)) do
    local info = stat.stat(self.confdir .. "/" .. name)
    if uci.valid_package(name) and info and stat.S_ISREG(info.st_mode) ~= 0 then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

function Store:deltas(name, dir) return uci.parse_delta(read(dir .. "/" .. name) or "") end

--- Where the package is: a file in the directory of overrides comes before the one of its name.
function Store:path(name)
  local override = self.conf2dir .. "/" .. name
  return stat.stat(override) and override or self.confdir .. "/" .. name
end

--- A package as its file has it, without what is staged.
function Store:read(name)
  if not uci.valid_package(name) then uci.fail("Invalid argument") end
  local text = read(self:path(name))
  if not text then uci.fail("Entry not found") end
  return uci.parse(text, uci.package(name), nil, self.lax)
end

--- A package with every staged change applied. uci's own commit reads the default directory as well
-- as the one that `-t` names, so a private directory does not isolate.
function Store:load(name)
  local package = self:read(name)
  local seen = {}
  for _, dir in ipairs({ "/tmp/.uci", table.unpack(self.delta_dirs) }) do
    if dir ~= self.savedir and not seen[dir] then
      seen[dir] = true
      self:replay(package, dir)
    end
  end
  self:replay(package, self.savedir)
  return package
end

function Store:replay(package, dir)
  for _, change in ipairs(self:deltas(package.name, dir)) do uci.apply[change.mark](package, change) end
end

--- Records one change in the delta file and applies it to `package`.
function Store:stage(package, change)
  uci.apply[change.mark](package, change)
  if not stat.stat(self.savedir) then stat.mkdir(self.savedir, tonumber("700", 8)) end
  local path = self.savedir .. "/" .. package.name
  local file = io.open(path, "ab")
  if not file then uci.fail("I/O error") end
  file:write(uci.delta_line(package.name, change))
  file:close()
  stat.chmod(path, tonumber("600", 8))
end

--- Rewrites a delta file with the changes for which `keep` answers true.
function Store:filter_deltas(name, keep)
  local path, lines = self.savedir .. "/" .. name, {}
  local text = read(path)
  if not text then return end
  for _, change in ipairs(uci.parse_delta(text)) do
    if keep(change) then lines[#lines + 1] = uci.delta_line(name, change) end
  end
  if #lines == 0 then
    os.remove(path)
  else
    local file = assert(io.open(path, "wb"))
    file:write(table.concat(lines))
    file:close()
  end
end

function Store:write(package)
  local path = self:path(package.name)
  local info = stat.stat(path)
  local temporary = ("%s/.%s.uci-%d"):format(self.confdir, package.name, math.random(1 << 30))
  local file = io.open(temporary, "wb")
  if not file then uci.fail("I/O error") end
  file:write(package:text())
  file:close()
  stat.chmod(temporary, info and info.st_mode & tonumber("7777", 8) or tonumber("600", 8))
  os.rename(temporary, path)
end

--- Writes the package with everything staged; a package without staged changes is left alone.
function Store:commit(name)
  local package = self:load(name)
  if self:has_deltas(name) then
    self:write(package)
    self:filter_deltas(name, function() return false end)
  end
end

function Store:has_deltas(name)
  for _, dir in ipairs({ "/tmp/.uci", self.savedir, table.unpack(self.delta_dirs) }) do
    if #self:deltas(name, dir) > 0 then return true end
  end
  return false
end

return { new = new }
