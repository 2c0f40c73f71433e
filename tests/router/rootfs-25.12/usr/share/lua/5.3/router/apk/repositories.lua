-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Repositories: where they are configured, their indexes in RAM, and fetching from them.

local console = require("router.apk.console")
local container = require("router.apk.container")
local files = require("router.apk.files")
local package = require("router.apk.package")
local stat = require("posix.sys.stat")

local repositories = {}

local CACHE, KEYS = "/var/cache/apk", "/etc/apk/keys"
local MAX_AGE_MINUTES = 240
local LOCAL = "^file:/+"
-- The feeds of the image stand for a mirror in the network, which can be made unreachable.
local MIRROR, UNREACHABLE = "^file:///feed/", "/feed/.unreachable"
local NETWORK_ERROR, SERVER_ERROR = 4, 8

local function is_remote(url) return url:find("^https?://") ~= nil or url:find(MIRROR) ~= nil end
repositories.is_remote = is_remote

-- Configuration -----------------------------------------------------------------------------------

local function read_list(path, urls)
  local number = 0
  for line in (files.read(path) or ""):gmatch("([^\n]*)\n?") do
    number = number + 1
    local word, more = line:match("^%s*([^%s#]%S*)%s*(%S*)")
    if word and more ~= "" and not word:find("^@") then
      console.warn("%s:%d: unrecogized keyword: %s", path:match("[^/]+$"), number, word)
    elseif word then
      urls[#urls + 1] = word
    end
  end
end

--- URLs of the indexes, in the order of the configuration; `options` are those of the command line.
function repositories.configured(options)
  local urls = {}
  local from = options["repositories-file"]
  if from then
    read_list(from, urls)
  else
    read_list("/etc/apk/repositories", urls)
    local pipe = io.popen("ls /etc/apk/repositories.d/*.list 2>/dev/null")
    for path in pipe:lines() do read_list(path, urls) end
    pipe:close()
  end
  for _, url in ipairs(options.repository or {}) do urls[#urls + 1] = url end
  for index, url in ipairs(urls) do
    if not url:find("%.adb$") then urls[index] = url:gsub("/$", "") .. "/x86_64/APKINDEX.tar.gz" end
  end
  return urls
end

-- Fetching ----------------------------------------------------------------------------------------

--- Fetches a URL; returns its text, or nil and the status that `wget` would end with.
function repositories.fetch(url, options)
  if url:find(LOCAL) then
    if is_remote(url) and files.exists(UNREACHABLE) then return nil, NETWORK_ERROR end
    local text = files.read("/" .. url:gsub(LOCAL, ""))
    return text, not text and SERVER_ERROR or nil
  end
  local target = os.tmpname()
  local command = ("uclient-fetch -q -T %d -O %s %s"):format(
    tonumber(options.timeout) or 60, target, files.quote(url))
  local _, _, status = os.execute(command)
  local text = status == 0 and files.read(target) or nil
  os.remove(target)
  return text, status
end

local function cache_file(url)
  return ("%s/APKINDEX.%s.tar.gz"):format(CACHE, container.sha256(url):sub(1, 8))
end

local function is_fresh(path, options)
  local found = stat.stat(path)
  local minutes = tonumber(options["cache-max-age"]) or MAX_AGE_MINUTES
  return found ~= nil and os.time() - found.st_mtime < minutes * 60
end

local function store(path, text)
  files.make_parent(path)
  local file = io.open(path, "wb")
  local written = file and file:write(text) and file:flush()
  if file then file:close() end
  if not written then os.remove(path) end
  return written ~= nil and written ~= false
end

-- Opening -----------------------------------------------------------------------------------------

local function read_index(text, url, universe, options)
  local entries, problem = container.open(text, "index", KEYS, options["allow-untrusted"])
  if not entries then return problem end
  for _, entry in ipairs(entries) do
    local found = package.add(universe, entry)
    table.insert(found.repositories, url)
    found.url_of = found.url_of or url:gsub("[^/]*$", "") .. package.full_name(found) .. ".apk"
    found.digest, found.size = entry.digest, entry.size
  end
end

local function open_cached(url, path, universe, options)
  local text = files.read(path)
  local problem = text and read_index(text, url, universe, options) or not text and "No such file or directory"
  if problem then console.warn("opening from cache %s: %s", url, problem) end
  return not problem
end

--- Fetches an index again; returns "fresh", "stale" (only an older one is there) or "unavailable".
local function renew(url, path, universe, options)
  local text, status = repositories.fetch(url, options)
  local problem
  if not text then
    console.fail("wget: exited with error %d", status)
    problem = container.TRUNCATED
    if files.exists(path) then
      console.warn("updating %s: %s", url, problem)
      read_index(files.read(path), url, universe, options)
      return "stale"
    end
  else
    problem = read_index(text, url, universe, options)
    if not problem and store(path, text) then return "fresh" end
    problem = problem or "No space left on device"
  end
  console.warn("updating and opening %s: %s", url, problem)
  return "unavailable"
end

local function open_local(url, universe, options)
  local text = files.read("/" .. url:gsub(LOCAL, ""))
  local problem = text and read_index(text, url, universe, options) or not text and "No such file or directory"
  if problem then console.warn("opening %s: %s", url, problem) end
  return not problem
end

--- Adds what the repositories offer to the universe. `mode`: "cached" never fetches, "needed" fetches what is
--- not in RAM or too old, "update" fetches all and says so. Returns the numbers unavailable and stale.
function repositories.open(universe, mode, options)
  local unavailable, stale = 0, 0
  if options.network == false then mode = mode == "needed" and "cached" or mode end
  for _, url in ipairs(repositories.configured(options)) do
    local path = cache_file(url)
    if not is_remote(url) then
      if not open_local(url, universe, options) then unavailable = unavailable + 1 end
    elseif mode == "cached" or (mode == "needed" and is_fresh(path, options)) then
      if not open_cached(url, path, universe, options) then unavailable = unavailable + 1 end
    elseif mode == "update" and options.network == false and open_cached(url, path, universe, options) then
      console.say(" [%s]", url)
    else
      local state = renew(url, path, universe, options)
      if state ~= "unavailable" and mode == "update" then console.say(" [%s]", url) end
      if state == "unavailable" then unavailable = unavailable + 1 end
      if state == "stale" then stale = stale + 1 end
    end
  end
  return unavailable, stale
end

--- Reads a package file given on the command line; returns it as a package, or nil and the problem.
function repositories.open_file(path, options)
  local text = files.read(path)
  local value, hash = container.open(text, "package", KEYS, options["allow-untrusted"])
  if not value then return nil, hash end
  local found = value.info
  found.hash, found.path, found["file-size"] = hash, path, #text
  return found
end

--- The file of a package: its text, what it says of itself, and where its files begin; or nil and the
--- complaints.
function repositories.obtain(found, options)
  local name = package.full_name(found)
  local text, status
  if found.path then
    text = files.read(found.path)
  else
    text, status = repositories.fetch(found.url_of, options)
  end
  if not text then
    return nil, { ("wget: exited with error %d"):format(status), name .. ": " .. container.TRUNCATED }
  end
  local value, problem, at = container.open(text, "package", KEYS, true)
  if not value then return nil, { name .. ": " .. problem } end
  if found.size and #text < found.size then
    local path = value.paths[#value.paths].name
    return nil, { ("%s: failed to extract %s: Connection aborted"):format(name, path), name .. ": Connection aborted" }
  end
  if found.digest and container.sha256(text) ~= found.digest then return nil, { name .. ": file integrity error" } end
  return text, value, at
end

return repositories
