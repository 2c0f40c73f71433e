-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Protocol handlers: `static` and `none` are built in, the others are scripts in /lib/netifd/proto
-- that say on `dump` what they accept. They are learnt once, when netifd starts.

local json = require("router.json")

local handlers = {}

local function new(name, path)
  return {
    name = name, path = path, validate = json.object(), immediate = false, no_device = false,
    init_available = false, renew_available = false, force_link_default = false, last_error = false,
    teardown_on_l3_link_down = false, no_task = false,
  }
end

local function learn(path)
  local pipe = io.popen(path .. " '' dump 2>/dev/null")
  local handler
  for line in pipe:lines() do
    local word, rest = line:match("^(%S+)%s*(.*)$")
    if word == "name" then
      handler = new(rest, path)
      handlers[rest] = handler
    elseif word == "option" and handler then
      local option, kind = rest:match("^(%S+) (%S+)$")
      handler.validate[option] = kind
    elseif word == "flag" and handler then
      handler[rest] = true
    end
  end
  pipe:close()
end

handlers.none = new("none")
handlers.static = new("static")
for _, name in ipairs({ "none", "static" }) do
  handlers[name].immediate, handlers[name].force_link_default = true, name == "static"
end
for _, option in ipairs({ "ipaddr", "ip6addr", "netmask", "broadcast", "gateway", "ip6gw", "ip6prefix" }) do
  handlers.static.validate[option] = "string"
end
local files = io.popen("ls /lib/netifd/proto/*.sh 2>/dev/null")
for path in files:lines() do learn(path) end
files:close()

local SHOWN = {
  "immediate", "no_device", "init_available", "renew_available", "force_link_default", "last_error",
  "teardown_on_l3_link_down", "no_task",
}

--- What `ubus call network get_proto_handlers` answers.
function handlers.describe()
  local names, described = {}, json.object()
  for name, handler in pairs(handlers) do
    if type(handler) == "table" then names[#names + 1] = name end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local shown = json.object({ "validate", handlers[name].validate })
    for _, field in ipairs(SHOWN) do shown[field] = handlers[name][field] end
    described[name] = shown
  end
  return described
end

return handlers
