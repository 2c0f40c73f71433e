-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Files: reading, writing (with room taken from the overlay), quoting for the shell, checksums.

local stat = require("posix.sys.stat")
local unistd = require("posix.unistd")

local files = {}

local UPPER = "/overlay/upper"

function files.quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

--- The whole text of a file, nil when it cannot be read.
function files.read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

function files.exists(path) return stat.lstat(path) ~= nil end

function files.is_plain(path)
  local found = stat.stat(path)
  return found ~= nil and stat.S_ISREG(found.st_mode) ~= 0
end

function files.make_parent(path)
  local parent = path:match("^(.+)/[^/]*$")
  if parent and not files.exists(parent) then
    files.make_parent(parent)
    stat.mkdir(parent, tonumber("755", 8))
  end
end

local function put(path, text, mode)
  files.make_parent(path)
  local unfinished = path .. ".apk-unfinished"
  local file = io.open(unfinished, "wb")
  local written = file and file:write(text) and file:flush()
  if file then file:close() end
  if not written then
    os.remove(unfinished)
    return false
  end
  stat.chmod(unfinished, tonumber(mode or "644", 8))
  return os.rename(unfinished, path) ~= nil
end

-- On a router what is written to / goes to the overlay. A container's / is elsewhere; where /overlay is
-- a file system of its own, what is written goes there as well, so that it can be full.
local function overlay_is_mounted()
  local overlay, root = stat.stat("/overlay"), stat.stat("/")
  return overlay ~= nil and overlay.st_dev ~= root.st_dev
end

--- Writes a file as a whole, by absolute path; false when there is no room for it.
function files.write(path, text, mode)
  if overlay_is_mounted() and not put(UPPER .. path, text, mode) then return false end
  return put(path, text, mode)
end

function files.link(path, target)
  files.make_parent(path)
  os.remove(path)
  unistd.link(target, path, true)
end

function files.remove(path)
  os.remove(UPPER .. path)
  os.remove(path)
end

--- Removes the folders of a file that are empty by now.
function files.remove_empty_parents(path)
  local parent = path:match("^(.+)/[^/]*$")
  if parent and unistd.rmdir(parent) then
    unistd.rmdir(UPPER .. parent)
    files.remove_empty_parents(parent)
  end
end

--- SHA-256 sums in hexadecimal by path; files that are not there are left out.
function files.digests(paths)
  local words = {}
  for _, path in ipairs(paths) do words[#words + 1] = files.quote(path) end
  if #words == 0 then return {} end
  local pipe = io.popen("sha256sum " .. table.concat(words, " ") .. " 2>/dev/null")
  local found = {}
  for line in pipe:lines() do
    local digest, path = line:match("^(%x+)  (.*)$")
    found[path] = digest
  end
  pipe:close()
  return found
end

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

--- apk's short form of a SHA-256 sum: the first 160 bits, in Base64.
function files.short(digest)
  local out = {}
  local hex = digest:sub(1, 40) .. "00"
  for at = 1, 42, 6 do
    local number = tonumber(hex:sub(at, at + 5), 16)
    for shift = 18, 0, -6 do
      local index = (number >> shift) & 63
      out[#out + 1] = ALPHABET:sub(index + 1, index + 1)
    end
  end
  return "Q1" .. table.concat(out):sub(1, 27) .. "="
end

return files
