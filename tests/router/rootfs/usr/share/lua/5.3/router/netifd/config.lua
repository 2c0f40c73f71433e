-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What /etc/config/network asks for.

local uci = require("router.uci")
local uci_store = require("router.uci_store")

local config = {}

local function options_of(section)
  local options = {}
  for _, option in ipairs(section.options) do options[option.name] = option.value end
  return options
end

local function as_list(value)
  if type(value) == "table" then return value end
  local items = {}
  for word in (value or ""):gmatch("%S+") do items[#items + 1] = word end
  return items
end
config.as_list = as_list

--- Returns interfaces (name -> options), bridges (name -> ports) and the ULA prefix. A file that
--- cannot be parsed gives nil: netifd keeps what it has.
function config.read()
  local ok, package = pcall(function() return uci_store.new():read("network") end)
  if not ok then return nil end
  local found = { interfaces = {}, order = {}, bridges = {} }
  for _, section in ipairs(package.sections) do
    local options = options_of(section)
    if section.kind == "interface" and options.disabled ~= "1" then
      found.interfaces[section.name] = options
      table.insert(found.order, section.name)
    elseif section.kind == "device" and options.type == "bridge" and options.name then
      found.bridges[options.name] = as_list(options.ports)
    elseif section.kind == "globals" then
      found.ula = options.ula_prefix
    end
  end
  return found
end

--- A text that is the same for the same options.
function config.fingerprint(options)
  local lines = {}
  for name, value in pairs(options) do
    lines[#lines + 1] = name .. "=" .. (type(value) == "table" and table.concat(value, "\0") or uci.quote(value))
  end
  table.sort(lines)
  return table.concat(lines, "\n")
end

return config
