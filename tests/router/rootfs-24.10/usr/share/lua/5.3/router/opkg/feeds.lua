-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Feeds: where they are configured, and fetching and verifying their lists.

local feeds = {}

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end
feeds.quote = quote

--- Reads /etc/opkg.conf and /etc/opkg/*.conf: { feeds = {...}, lists_dir = ..., overlay = ..., check = bool }.
function feeds.configuration()
  local found = { feeds = {}, lists_dir = "/var/opkg-lists", check = false }
  local paths = { "/etc/opkg.conf" }
  local pipe = io.popen("ls /etc/opkg/*.conf 2>/dev/null")
  for path in pipe:lines() do paths[#paths + 1] = path end
  pipe:close()
  for _, path in ipairs(paths) do
    local file = io.open(path)
    for line in file and file:lines() or function() end do
      local words = {}
      for word in line:gsub("#.*", ""):gmatch("%S+") do words[#words + 1] = word end
      if words[1] == "src/gz" or words[1] == "src" then
        table.insert(found.feeds, { name = words[2], url = words[3] })
      elseif words[1] == "lists_dir" then
        found.lists_dir = words[3]
      elseif words[1] == "option" and words[2] == "overlay_root" then
        found.overlay = words[3]
      elseif words[1] == "option" and words[2] == "check_signature" then
        found.check = true
      end
    end
    if file then file:close() end
  end
  return found
end

--- Fetches a URL to a file; returns true, or nil and the lines that opkg would collect.
function feeds.fetch(url, target)
  local path = url:match("^file:(.*)$")
  if path then
    local clean = path:gsub("^//", "")
    if os.execute(("cp %s %s 2>/dev/null"):format(quote(clean), quote(target))) then return true end
    return nil, {
      ("copy_file: %s: No such file or directory."):format(path),
      ("file_copy: Failed to copy file %s to %s."):format(path, target),
    }
  end
  local _, _, status = os.execute(("wget -q -T 10 -O %s %s"):format(quote(target), quote(url)))
  if status == 0 then return true end
  os.remove(target)
  return nil, {
    ("opkg_download: Failed to download %s, wget returned %d."):format(url, status),
    "opkg_download: Check your network settings and connectivity.\n",
  }
end

local function sha256(path)
  local pipe = io.popen("sha256sum " .. quote(path))
  local digest = pipe:read("a"):match("^%x+")
  pipe:close()
  return digest
end
feeds.sha256 = sha256

-- The stand-in's signature is the checksum that the signer vouches for.
local function verify(list, signature)
  local file = io.open(signature)
  local text = file and file:read("a") or ""
  if file then file:close() end
  local digest = text:match("^untrusted comment: [^\n]*\n(%x+)\n$")
  if not digest then io.stderr:write("Failed to decode signature\n") end
  return digest == sha256(list)
end

local function update_one(feed, setup)
  local list = setup.lists_dir .. "/" .. feed.name
  local url = feed.url .. "/Packages.gz"
  local compressed = os.tmpname()
  print("Downloading " .. url)
  local ok, reasons = feeds.fetch(url, compressed)
  if not ok then
    os.remove(compressed)
    print(("*** Failed to download the package list from %s\n"):format(url))
    for index, reason in ipairs(reasons) do reasons[index] = reason:gsub(compressed:gsub("%p", "%%%0"), list) end
    return reasons
  end
  os.execute(("gzip -dc < %s > %s"):format(compressed, quote(list)))
  os.remove(compressed)
  print("Updated list of available packages in " .. list)
  if not setup.check then return end
  print(("Downloading %s/Packages.sig"):format(feed.url))
  local signature = list .. ".sig"
  feeds.fetch(feed.url .. "/Packages.sig", signature)
  if verify(list, signature) then
    print("Signature check passed.")
  else
    print("Signature check failed.")
    print("Remove wrong Signature file.")
    os.remove(list)
    os.remove(signature)
  end
end

--- Fetches all lists; returns the number of failed downloads and what to collect.
function feeds.update(setup)
  os.execute("mkdir -p " .. quote(setup.lists_dir))
  local failed, collected = 0, {}
  for _, feed in ipairs(setup.feeds) do
    local reasons = update_one(feed, setup)
    if reasons then
      failed = failed + 1
      for _, reason in ipairs(reasons) do collected[#collected + 1] = reason end
    end
  end
  return failed, collected
end

return feeds
