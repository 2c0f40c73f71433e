-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The containers of indexes and packages that the stand-in uses (see tests/router/apk.py): a line with
-- kind, signer, length and checksum, then JSON, then, in a package, a tar.gz.

local files = require("router.apk.files")
local json = require("router.json")
local stat = require("posix.sys.stat")

local container = {}

container.UNTRUSTED = "UNTRUSTED signature"
container.TRUNCATED = "unexpected end of file"
container.INVALID = "file format is invalid or inconsistent"

local function sha256(text)
  local path = os.tmpname()
  local file = io.open(path, "wb")
  file:write(text)
  file:close()
  local digest = files.digests({ path })[path]
  os.remove(path)
  return digest
end
container.sha256 = sha256

local function is_trusted(signer, keys)
  return signer ~= "-" and stat.stat(("%s/%s.pem"):format(keys, signer)) ~= nil
end

--- Reads a container's text: its JSON value, its identity, and where its files begin; or nil and what is
--- wrong with it.
function container.open(text, kind, keys, allow_untrusted)
  -- What a genuine package begins with is for others to read.
  local skipped = text:sub(1, 4) == "ADB." and (text:find("ADBi ", 1, true) or #text + 1) - 1 or 0
  text = text:sub(skipped + 1)
  local head, found, signer, length, digest = text:match("^(ADBi (%l+) (%S+) (%d+) (%x+)\n)")
  if found ~= kind then return nil, container.INVALID end
  local body = text:sub(#head + 1, #head + length)
  if #body < tonumber(length) then return nil, container.TRUNCATED end
  if not allow_untrusted and (not is_trusted(signer, keys) or sha256(body) ~= digest) then
    return nil, container.UNTRUSTED
  end
  return json.parse(body), files.short(digest), skipped + #head + #body + 1
end

--- The architecture of this router.
function container.architecture() return (files.read("/etc/apk/arch") or ""):match("%S*") end

return container
