-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- One network interface: its states (down, setup, up, teardown), what its handler told, its status.

local bus = require("router.bus")
local config = require("router.netifd.config")
local device = require("router.netifd.device")
local handlers = require("router.netifd.handlers")
local json = require("router.json")
local log = require("router.log")
local loop = require("router.loop")
local signal = require("posix.signal")

local Interface = {}
Interface.__index = Interface

local function note(text, ...) log.write("daemon.notice", "netifd", text:format(...)) end

--- `hooks`: changed() after addresses or servers changed, removed(interface), find(name).
function Interface.new(name, options, hooks, dynamic)
  local self = setmetatable({ name = name, hooks = hooks, dynamic = dynamic or false, state = "down" }, Interface)
  self.errors = {}
  self:configure(options)
  return self
end

function Interface:configure(options)
  self.options = options
  self.print = config.fingerprint(options)
  self.handler = handlers[options.proto or "none"] or handlers.none
  -- Stopped by hand, or by a refused PIN, it stays so until `auto` itself changes.
  local auto = options.auto ~= "0"
  if auto ~= self.auto then self.autostart = auto end
  self.auto = auto
  self.available = true
  self.claimed = nil
  self:clear()
  self.errors = {}
  self:check_device()
end

function Interface:clear()
  self.data, self.l3_device, self.updated = json.object(), nil, nil
  self.addresses, self.routes, self.servers, self.domains = {}, {}, {}, {}
end

-- The device ------------------------------------------------------------------------------------

--- The device that must be there first; "@other" means the one that the interface `other` has.
function Interface:main_device()
  if self.handler.no_device then return nil end
  local name = self.options.device or self.options.ifname
  local parent = type(name) == "string" and name:match("^@(.+)$")
  if parent then
    local other = self.hooks.find(parent)
    return other and other.state == "up" and other.l3_device or nil, true
  end
  return type(name) == "string" and name or nil, name ~= nil
end

function Interface:set_available(available)
  if available == self.available then return end
  self.available = available
  if available then
    if self.autostart and self.state == "down" then self.errors = {} end
    return self:try_setup()
  end
  if self.state == "setup" and self.handler.no_device then return end -- its own teardown follows
  if self.state ~= "down" then self:tear_down() end
end

function Interface:mark_no_device() self.errors = { { subsystem = "interface", code = "NO_DEVICE" } } end

--- `up` of the bus: what was given up stays so, and only says once more that it has no device.
function Interface:bring_up()
  self.autostart = true
  if self.state ~= "down" then return end
  self.errors = {}
  if self.handler.no_device and not self.available then return self:mark_no_device() end
  self:check_device()
end

--- A dynamic interface that goes down is gone; setting up its parent makes it anew.
function Interface:lose_ground()
  if self.state == "down" then return end
  self.dropped = self.dynamic
  self:tear_down()
end

--- Looks whether the device is there and has a link, and starts or ends the interface accordingly.
function Interface:check_device()
  local name, wanted = self:main_device()
  if not wanted then
    if self.handler.name == "none" then self.available = true end
    return self:try_setup()
  end
  local present = name ~= nil and (device.exists(name) or false)
  if present ~= self.available then
    self:set_available(present)
    if present then note("Interface '%s' is enabled", self.name) end
  end
  if not present then
    self:mark_no_device()
    self.linked = false
    return
  end
  if self.claimed ~= name then
    self.claimed = name
    device.up(name)
    if self.handler.name ~= "none" then device.take(name) end
  end
  local linked = self.handler.force_link_default or device.has_link(name)
  if linked ~= (self.linked or false) then
    self.linked = linked
    if not self.handler.force_link_default then
      note("Network device '%s' link is %s", name, linked and "up" or "down")
      if self.dynamic then note("Network alias '%s' link is %s", name, linked and "up" or "down") end
      if self.dynamic and linked then note("Interface '%s' is enabled", self.name) end
      note("Interface '%s' has link connectivity%s", self.name, linked and "" or " loss")
    end
    if not linked then self:lose_ground() end
  end
  self:try_setup()
end

function Interface:try_setup()
  if self.state ~= "down" or not self.autostart or not self.available then return end
  local _, wanted = self:main_device()
  if wanted and not self.linked then return end
  if self.handler.name == "none" then return end
  self:set_up()
end

-- The handler -----------------------------------------------------------------------------------

local function typed(kind, value)
  if kind == "bool" then return value == "1" or value == "true" or value == "yes" or value == "on" end
  if kind == "uinteger" then return math.tointeger(tonumber(value)) or 0 end
  return value
end

function Interface:handler_config()
  local given = json.object({ "proto", self.handler.name })
  for _, option in ipairs(json.keys(self.handler.validate)) do
    local value = self.options[option]
    if value ~= nil then given[option] = typed(self.handler.validate[option], value) end
  end
  return json.render(given)
end

function Interface:run_handler(action, on_exit)
  local pid
  pid = loop.spawn({ self.handler.path, self.handler.name, action, self.name, self:handler_config(), (self:main_device()) }, {
    on_line = function(line) note("%s (%d): %s", self.name, pid, line) end,
    on_exit = on_exit,
  })
  self.task = pid
end

function Interface:set_up()
  self.state, self.errors = "setup", {}
  self:clear()
  note("Interface '%s' is setting up now", self.name)
  if self.handler.name == "static" then return self:set_up_static() end
  self:run_handler("setup", function()
    self.task = nil
    -- A handler that left neither a link nor a running client behind has failed.
    if self.state == "setup" and not self.command then self:give_up() end
  end)
end

--- Ends an attempt that came to nothing, or a connection that was lost: that is told once all is down.
function Interface:give_up()
  self.failed = true
  self:tear_down()
end

-- A mask is a prefix length or dotted.
local function prefix_length(mask)
  if not mask then return 32 end
  if mask:find("^%d+$") then return math.tointeger(tonumber(mask)) end
  local bits = 0
  for octet in mask:gmatch("%d+") do
    local value = tonumber(octet)
    while value > 0 do
      bits = bits + value % 2
      value = value // 2
    end
  end
  return math.tointeger(bits)
end

function Interface:set_up_static()
  for _, address in ipairs(config.as_list(self.options.ipaddr)) do
    local plain, mask = address:match("^([^/]*)/?(%d*)$")
    local length = mask ~= "" and math.tointeger(tonumber(mask)) or prefix_length(self.options.netmask)
    table.insert(self.addresses, json.object({ "address", plain, "mask", length }))
  end
  if self.options.gateway then
    table.insert(self.routes, json.object({ "target", "0.0.0.0", "mask", 0, "nexthop", self.options.gateway }))
  end
  self.servers = config.as_list(self.options.dns)
  self:gone_up((self:main_device()), { "addresses" })
end

function Interface:gone_up(l3_device, updated)
  self.l3_device, self.updated, self.state, self.since = l3_device, updated, "up", loop.now()
  self.errors = {}
  if l3_device and device.safe(l3_device) then
    device.up(l3_device)
    for _, address in ipairs(self.addresses) do device.add_address(l3_device, address.address, address.mask) end
    for _, route in ipairs(self.routes) do device.add_route(l3_device, route) end
    if self.options.mtu and not self.handler.no_device then device.set_mtu(l3_device, tonumber(self.options.mtu)) end
  end
  note("Interface '%s' is now up", self.name)
  self.hooks.changed(self, "ifup")
end

--- `renew` of the bus: a new lease for an interface that stays.
function Interface:renew()
  if self.state ~= "up" or not self.handler.renew_available then return end
  self:run_handler("renew", function() end)
  self.task = nil -- it is none of the two that a teardown has to end
end

--- The handler's client has lost what it had and is still looking for another (a lease).
function Interface:lose_connection()
  note("Interface '%s' has lost the connection", self.name)
  self.state = "setup"
  self:release()
  self:clear()
  self.hooks.changed(self, "ifdown", true)
end

-- Teardown --------------------------------------------------------------------------------------

function Interface:tear_down()
  if self.state == "teardown" or self.state == "down" then return end
  local was_up = self.state == "up"
  self.state = "teardown"
  if self.task then signal.kill(-self.task, signal.SIGTERM) end
  self.task = nil
  if self.command then
    signal.kill(self.command, signal.SIGTERM)
    self.command = nil
  end
  self.hooks.changed(self, "ifdown", was_up)
  if self.handler.path then
    self:run_handler("teardown", function() self:gone_down() end)
  else
    self:gone_down()
  end
end

function Interface:release()
  if not self.l3_device or not device.safe(self.l3_device) then return end
  for _, route in ipairs(self.routes) do device.remove_route(self.l3_device, route) end
  for _, address in ipairs(self.addresses) do device.remove_address(self.l3_device, address.address, address.mask) end
  if not self.dynamic and self.handler.no_device then device.down(self.l3_device) end
end

function Interface:gone_down()
  self.task, self.state = nil, "down"
  -- Only now: a DHCP client that gives its lease back still needs the address.
  self:release()
  self:clear()
  note("Interface '%s' is now down", self.name)
  if not self.available and self.autostart then self:mark_no_device() end
  if self.failed then self.hooks.changed(self, "ifup-failed") end
  self.failed = false
  if self.dropped then return self.hooks.removed(self) end
  if self.after_down then
    local action = self.after_down
    self.after_down = nil
    action()
  end
  self:check_device()
end

--- Ends the interface and runs `action` once it is down.
function Interface:down_then(action)
  if self.state == "down" then return action() end
  self.after_down = action
  self:tear_down()
end

-- What handlers tell (ubus call network.interface notify_proto) -------------------------------------

local NETMASK_DEFAULT = 32
local notices = {}

-- 0: the link is up (with what belongs to it) or down.
notices[0] = function(self, message)
  if not message["link-up"] then
    if self.state == "teardown" then return bus.PERMISSION_DENIED end
    if self.state == "up" then self:lose_connection() end
    return bus.OK
  end
  if self.state ~= "setup" and self.state ~= "up" then return bus.PERMISSION_DENIED end
  self:release()
  local updated = json.array()
  self.addresses, self.routes = {}, {}
  for _, address in ipairs(message.ipaddr or {}) do
    table.insert(self.addresses, json.object({ "address", address.ipaddr, "mask", prefix_length(address.mask) or NETMASK_DEFAULT }))
  end
  for _, route in ipairs(message.routes or {}) do
    if self.options.defaultroute ~= "0" or route.target ~= "0.0.0.0" then
      table.insert(self.routes, json.object({
        "target", route.target, "mask", math.tointeger(tonumber(route.netmask)),
        "nexthop", route.gateway, "source", route.source and route.source .. "/32",
      }))
    end
  end
  self.servers, self.domains = {}, {}
  if self.options.peerdns ~= "0" then self.servers, self.domains = message.dns or {}, message.dns_search or {} end
  for _, server in ipairs(config.as_list(self.options.dns)) do table.insert(self.servers, server) end
  self.data = message.data or json.object()
  if self.options.zone and not self.data.zone then
    local data = json.object({ "zone", self.options.zone })
    for _, key in ipairs(json.keys(self.data)) do data[key] = self.data[key] end
    self.data = data
  end
  if #self.addresses > 0 then table.insert(updated, "addresses") end
  if #self.routes > 0 then table.insert(updated, "routes") end
  if #json.keys(self.data) > 0 then table.insert(updated, "data") end
  if self.state == "up" then
    -- A renewed lease: the same things again, without a new "now up".
    for _, address in ipairs(self.addresses) do device.add_address(self.l3_device, address.address, address.mask) end
    for _, route in ipairs(self.routes) do device.add_route(self.l3_device, route) end
    self.updated = updated
    self.hooks.changed(self, "ifupdate")
  else
    self:gone_up(message.ifname ~= "" and message.ifname or (self:main_device()), updated)
  end
  return bus.OK
end

-- 1: run a program for as long as the interface is up (a DHCP client).
notices[1] = function(self, message)
  local pid
  pid = loop.spawn(message.command, {
    on_line = function(line) note("%s (%d): %s", self.name, pid, line) end,
    on_exit = function()
      if self.command == pid then
        self.command = nil
        self:give_up()
      end
    end,
  })
  self.command = pid
  return bus.OK
end

-- 2: end that program, or send it another signal.
notices[2] = function(self, message)
  local number = message.signal or signal.SIGTERM
  if self.command then signal.kill(self.command, number) end
  if number == signal.SIGTERM then self.command = nil end
  return bus.OK
end

notices[3] = function(self, message)
  for _, code in ipairs(message.error or {}) do
    table.insert(self.errors, { subsystem = self.handler.name, code = code })
  end
  return bus.OK
end

notices[4] = function(self)
  self.autostart = false
  return bus.OK
end

notices[5] = function(self, message)
  self:set_available(message.available ~= false)
  return bus.OK
end

function Interface:notify(message)
  local notice = notices[message.action]
  if not notice then return bus.INVALID_ARGUMENT end
  return notice(self, message)
end

-- Status ------------------------------------------------------------------------------------------

local EMPTY = { "ipv4-address", "ipv6-address", "route", "dns-server", "dns-search", "neighbors" }

function Interface:describe_networks(shown)
  shown.metric = math.tointeger(tonumber(self.options.metric or 0))
  shown.dns_metric = 0
  shown.delegation = true
  shown["ipv4-address"] = json.array({ table.unpack(self.addresses) })
  shown["ipv6-address"] = json.array()
  shown["ipv6-prefix"] = json.array()
  shown["ipv6-prefix-assignment"] = json.array(self:prefix_assignment())
  shown.route = json.array({ table.unpack(self.routes) })
  shown["dns-server"] = json.array({ table.unpack(self.servers) })
  shown["dns-search"] = json.array({ table.unpack(self.domains) })
  shown.neighbors = json.array()
  local inactive = json.object()
  for _, field in ipairs(EMPTY) do inactive[field] = json.array() end
  shown.inactive = inactive
end

--- The part of the router's own IPv6 prefix that `ip6assign` gives to the interface.
function Interface:prefix_assignment()
  local ula, length = self.hooks.ula(), tonumber(self.options.ip6assign)
  if not ula or not length then return {} end
  local stem = ula:match("^(.-::)")
  local mask = math.tointeger(length)
  return { json.object({
    "address", stem, "mask", mask, "local-address", json.object({ "address", stem .. "1", "mask", mask }),
  }) }
end

function Interface:status()
  local up = self.state == "up"
  local shown = json.object({
    "up", up, "pending", self.state == "setup" or self.state == "teardown", "available", self.available,
    "autostart", self.autostart, "dynamic", self.dynamic,
  })
  if up then
    shown.uptime = math.floor(loop.now() - self.since)
    shown.l3_device = self.l3_device
  end
  shown.proto = self.handler.name
  if not self.handler.no_device then shown.device = (self:main_device()) end
  if up then
    if #(self.updated or {}) > 0 then shown.updated = json.array(self.updated) end
    self:describe_networks(shown)
  end
  shown.data = self.data
  if #self.errors > 0 then
    local errors = json.array()
    for _, failure in ipairs(self.errors) do
      errors[#errors + 1] = json.object({ "subsystem", failure.subsystem, "code", failure.code })
    end
    shown.errors = errors
  end
  return shown
end

return Interface
