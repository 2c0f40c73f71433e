-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Putting one package's files in place, running its scripts, and taking it away.

local console = require("router.apk.console")
local database = require("router.apk.database")
local files = require("router.apk.files")
local package = require("router.apk.package")
local repositories = require("router.apk.repositories")
local unistd = require("posix.unistd")

local Unpacker = {}
Unpacker.__index = Unpacker

local NO_SPACE = "No space left on device"
local NETWORK_ERROR = 4
-- What is left of a download that a full disk interrupted waits this long for a reader.
local WAIT_SECONDS, PIPE_BYTES = 60, 65536

function Unpacker.new(installed, options)
  return setmetatable({ installed = installed, options = options, errors = 0, scripts = {} }, Unpacker)
end

function Unpacker:fail(found, text, ...)
  console.fail("%s: %s", package.full_name(found), text:format(...))
end

-- Scripts -----------------------------------------------------------------------------------------

--- Runs a script of a package; what it says is passed on. Returns whether it succeeded.
function Unpacker:run(found, kind, text)
  if not text or self.options.scripts == false then return true end
  local name = package.full_name(found) .. "." .. kind
  local path = "/lib/apk/exec/" .. name
  console.say("  Executing %s", name)
  files.make_parent(path)
  local file = io.open(path, "w")
  file:write(text)
  file:close()
  local out, err = os.tmpname(), os.tmpname()
  local _, _, status = os.execute(("cd / && sh %s > %s 2> %s < /dev/null"):format(files.quote(path), out, err))
  console.pass_on(io.stdout, files.read(out))
  console.pass_on(io.stderr, files.read(err))
  for _, each in ipairs({ path, out, err }) do os.remove(each) end
  unistd.rmdir("/lib/apk/exec")
  if status ~= 0 then console.fail("%s: exited with error %d", path:sub(2), status) end
  return status == 0
end

-- Installing --------------------------------------------------------------------------------------

-- The files of a package, unpacked in RAM.
local function stage(text, at)
  local archive, folder = os.tmpname(), os.tmpname()
  os.remove(folder)
  local file = io.open(archive, "wb")
  file:write(text:sub(at))
  file:close()
  os.execute(("mkdir %s && tar -xzf %s -C %s"):format(folder, archive, folder))
  os.remove(archive)
  return folder
end

local function is_protected(name) return name:find("^etc/") ~= nil end

--- Where a file goes: beside one in /etc that is not as a package left it.
function Unpacker:place(path, old, present)
  local target = "/" .. path.name
  if not is_protected(path.name) or not path.digest then return target end
  local there = files.digests({ target })[target]
  if not there or there == path.digest or files.short(there) == old then return target end
  if present or there ~= path.digest then
    console.say("  Installing file to %s.apk-new", path.name)
    return target .. ".apk-new"
  end
  return target
end

local function recorded(present)
  local found = {}
  for _, path in ipairs(present and present.files or {}) do found[path.name] = path.short or "" end
  return found
end

--- Copies the files out of the staging folder; returns their records, or nil and the name of the file that
--- did not fit.
function Unpacker:copy(found, value, folder, present)
  local old, kept, written = recorded(present), {}, {}
  for index, path in ipairs(value.paths) do
    local owner = database.owner(self.installed, path.name)
    local record = { name = path.name, mode = path.mode or "777", short = path.digest and files.short(path.digest) }
    if owner and owner.name ~= found.name and not self.options["force-overwrite"] then
      self:fail(found, "trying to overwrite %s owned by %s.", path.name, package.full_name(owner))
      found.broken["broken-files"] = true
    elseif path.target then
      files.link("/" .. path.name, path.target)
      kept[#kept + 1] = record
    else
      local target = self:place(path, old[path.name], present)
      if not files.write(target, files.read(folder .. "/" .. path.name), path.mode) then
        for _, each in ipairs(written) do
          files.remove(each)
          files.remove_empty_parents(each)
        end
        return nil, path.name, value.paths[index + 1]
      end
      if not old[path.name] then written[#written + 1] = target end
      kept[#kept + 1] = record
    end
  end
  for _, record in ipairs(kept) do old[record.name] = nil end
  for name in pairs(old) do files.remove("/" .. name) end
  return kept
end

--- Installs a package in the place of another version, or of nothing.
function Unpacker:install(found, present)
  if found.virtual then
    found.files, found.broken, found.installed = {}, {}, true
    self.installed[found.name] = found
    return
  end
  local text, value, at = repositories.obtain(found, self.options)
  if not text then
    for _, complaint in ipairs(value) do console.fail("%s", complaint) end
    self.errors = self.errors + 1
    return
  end
  local step = present and "upgrade" or "install"
  found.broken = {}
  if not self:run(found, "pre-" .. step, value.scripts["pre-" .. step]) then found.broken["broken-script"] = true end
  local folder = stage(text, at)
  local kept, full, after = self:copy(found, value, folder, present)
  os.execute("rm -r " .. folder)
  if not kept then
    self:fail(found, "failed to extract %s: %s", full, NO_SPACE)
    if not found.path and after and after.size > PIPE_BYTES then
      unistd.sleep(tonumber(self.options.timeout) or WAIT_SECONDS)
      console.fail("wget: exited with error %d", NETWORK_ERROR)
    end
    self:fail(found, "%s", NO_SPACE)
    self.errors = self.errors + 1
    return
  end
  found.files, found.installed = kept, true
  self.installed[found.name] = found
  self:keep(present, found, value.scripts)
  if not self:run(found, "post-" .. step, value.scripts["post-" .. step]) then found.broken["broken-script"] = true end
end

function Unpacker:keep(present, found, scripts)
  if present then self.scripts[package.full_name(present) .. ".pre-deinstall"] = false end
  if found then self.scripts[package.full_name(found) .. ".pre-deinstall"] = scripts["pre-deinstall"] end
end

-- Removing ----------------------------------------------------------------------------------------

local function was_changed(path)
  local target = "/" .. path.name
  local there = files.digests({ target })[target]
  return there ~= nil and path.short ~= nil and files.short(there) ~= path.short
end

function Unpacker:purge(present)
  local name = package.full_name(present) .. ".pre-deinstall"
  self:run(present, "pre-deinstall", self.scripts[name] or database.script(name))
  for _, path in ipairs(present.files) do
    local target = "/" .. path.name
    if self.options.purge or not is_protected(path.name) or not was_changed(path) then files.remove(target) end
    if is_protected(path.name) then files.remove(target .. ".apk-new") end
    files.remove_empty_parents(target)
  end
  self:keep(present)
  self.installed[present.name] = nil
end

return Unpacker
