-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What is installed (/lib/apk/db), what was asked for (/etc/apk/world), and the lock on both.

local fcntl = require("posix.fcntl")
local files = require("router.apk.files")
local package = require("router.apk.package")

local database = {}

local FOLDER, WORLD = "/lib/apk/db", "/etc/apk/world"
local INSTALLED, SCRIPTS, LOCK = FOLDER .. "/installed", FOLDER .. "/scripts.tar.gz", FOLDER .. "/lock"

-- Letters of the records, and the names of their values in an index.
local FIELDS = {
  { "C", "hash" }, { "P", "name" }, { "V", "version" }, { "A", "arch" }, { "S", "file-size" }, { "I", "installed-size" },
  { "T", "description" }, { "U", "url" }, { "L", "license" }, { "o", "origin" }, { "m", "maintainer" },
}
local LISTS = { { "D", "depends" }, { "p", "provides" }, { "g", "tags" } }
local BROKEN = { s = "broken-script", f = "broken-files" }

local function split(text)
  local words = {}
  for word in (text or ""):gmatch("%S+") do words[#words + 1] = word end
  return words
end

local function parse(record)
  local found, folder, path = { installed = true, files = {}, broken = {} }, "", nil
  local values = {}
  for letter, value in record:gmatch("(%a):([^\n]*)") do
    if letter == "F" then
      folder = value
    elseif letter == "R" then
      path = { name = (folder == "" and "" or folder .. "/") .. value, mode = "644" }
      table.insert(found.files, path)
    elseif letter == "a" then
      path.mode = value:match("%d+$")
    elseif letter == "Z" then
      path.short = value
    else
      values[letter] = value
    end
  end
  for _, field in ipairs(FIELDS) do found[field[2]] = values[field[1]] or "" end
  for _, field in ipairs(LISTS) do found[field[2]] = split(values[field[1]]) end
  found["installed-size"], found["file-size"] = tonumber(found["installed-size"]), tonumber(found["file-size"])
  for flag, meaning in pairs(BROKEN) do found.broken[meaning] = (values.f or ""):find(flag, 1, true) ~= nil or nil end
  return found
end

local function record(found)
  local lines = {}
  local function add(letter, value)
    if value ~= "" then lines[#lines + 1] = letter .. ":" .. value end
  end
  for _, field in ipairs(FIELDS) do add(field[1], tostring(found[field[2]])) end
  for _, field in ipairs(LISTS) do add(field[1], table.concat(found[field[2]], " ")) end
  local flags = ""
  for flag, meaning in pairs(BROKEN) do flags = flags .. (found.broken[meaning] and flag or "") end
  add("f", flags .. "S")
  local folder
  for _, path in ipairs(found.files) do
    local parent, name = path.name:match("^(.-)/?([^/]+)$")
    if parent ~= folder then
      folder = parent
      lines[#lines + 1] = "F:" .. parent
    end
    lines[#lines + 1] = "R:" .. name
    if path.mode == "755" then lines[#lines + 1] = "a:0:0:755" end
    if path.short then lines[#lines + 1] = "Z:" .. path.short end
  end
  return table.concat(lines, "\n") .. "\n"
end

--- Installed packages by name.
function database.load()
  local installed = {}
  for text in ((files.read(INSTALLED) or "") .. "\n"):gmatch("(.-\n)\n+") do
    local found = parse(text)
    if found.name ~= "" then installed[found.name] = found end
  end
  return installed
end

function database.sorted(installed)
  local list = {}
  for _, found in pairs(installed) do list[#list + 1] = found end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

--- False when there is no room.
function database.save(installed)
  local records = {}
  for _, found in ipairs(database.sorted(installed)) do records[#records + 1] = record(found) end
  return files.write(INSTALLED, table.concat(records, "\n") .. "\n")
end

--- The constraints of the world, in its order.
function database.world()
  local world = {}
  for _, text in ipairs(split(files.read(WORLD))) do
    local dependency = package.dependency(text)
    if dependency then world[#world + 1] = dependency end
  end
  return world
end

function database.save_world(world)
  table.sort(world, function(a, b) return a.name < b.name end)
  local lines = {}
  for _, dependency in ipairs(world) do lines[#lines + 1] = dependency.text .. "\n" end
  return files.write(WORLD, table.concat(lines))
end

--- Folders, files and bytes of what is installed.
function database.totals(installed)
  local folders, paths, bytes, count, root = {}, 0, 0, 0, 1
  for _, found in pairs(installed) do
    count, bytes = count + 1, bytes + found["installed-size"]
    for _, path in ipairs(found.files or {}) do
      paths = paths + 1
      local parent = path.name:match("^(.+)/")
      while parent and not folders[parent] do
        folders[parent], root = true, root + 1
        parent = parent:match("^(.+)/")
      end
    end
  end
  return { packages = count, bytes = bytes, files = paths, folders = root }
end

--- Owner of a path without its leading slash, nil when nobody has it.
function database.owner(installed, name)
  for _, found in ipairs(database.sorted(installed)) do
    for _, path in ipairs(found.files) do
      if path.name == name then return found end
    end
  end
end

-- The lock is flock(2)'s. It is taken by the program of that name on a descriptor that both share, and
-- scripts do not inherit it.
function database.lock(seconds)
  local descriptor = fcntl.open(LOCK, fcntl.O_RDWR + fcntl.O_CREAT, tonumber("600", 8))
  if os.execute(("flock -n %d"):format(descriptor)) then
    fcntl.fcntl(descriptor, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    return true
  end
  if not seconds then return false, "Resource temporarily unavailable" end
  io.stderr:write("Waiting for repository lock\n")
  if os.execute(("/usr/lib/router/flock -w %d %d"):format(seconds, descriptor)) then
    fcntl.fcntl(descriptor, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    return true
  end
  return false, "Interrupted system call"
end

--- Changes the scripts that are kept of packages: full name and kind to text, false to drop.
function database.keep_scripts(changes)
  if next(changes) == nil then return end
  local folder = os.tmpname()
  os.remove(folder)
  os.execute(("mkdir -p %s; tar -xzf %s -C %s 2>/dev/null"):format(folder, SCRIPTS, folder))
  for name, text in pairs(changes) do
    os.remove(folder .. "/" .. name)
    if text then
      local file = io.open(folder .. "/" .. name, "w")
      file:write(text)
      file:close()
    end
  end
  os.execute(("cd %s && tar -czf %s . 2>/dev/null; rm -r %s"):format(folder, SCRIPTS, folder))
end

function database.script(name)
  local pipe = io.popen(("tar -xzOf %s ./%s 2>/dev/null"):format(SCRIPTS, files.quote(name)))
  local text = pipe:read("a")
  pipe:close()
  return text ~= "" and text or nil
end

return database
