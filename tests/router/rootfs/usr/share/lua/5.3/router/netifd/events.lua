-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the router is told of interfaces: /sbin/hotplug-call iface, one call after the other, and an
-- event on the bus. As in netifd (interface-event.c), one event of an interface waits at most: a newer
-- one takes its place, except that an update adds nothing to an ifup that still waits.

local json = require("router.json")
local loop = require("router.loop")

local events = {}

local waiting = {} -- list of { name, action, device, updated }
local current

-- The names of what an update changed, as scripts are told them.
local CHANGED = { addresses = "ADDRESSES", routes = "ROUTES", prefixes = "PREFIXES", data = "DATA" }

local function environment(event)
  local variables = { ACTION = event.action, INTERFACE = event.name }
  if event.action == "ifup" or event.action == "ifupdate" then variables.DEVICE = event.device end
  if event.action == "ifupdate" then
    for _, what in ipairs(event.updated) do
      if CHANGED[what] then variables["IFUPDATE_" .. CHANGED[what]] = "1" end
    end
  end
  return variables
end

local function next_call()
  current = table.remove(waiting, 1)
  if current then loop.spawn({ "/sbin/hotplug-call", "iface" }, { env = environment(current), on_exit = next_call }) end
end

local function queue(event)
  for _, other in ipairs(waiting) do
    if other.name == event.name then
      local kept = event.action == "ifupdate" and (other.action == "ifup" or current and current.name == event.name)
      if not kept then other.action, other.device, other.updated = event.action, event.device, event.updated end
      return
    end
  end
  local repeated = current and current.name == event.name and current.action == event.action
  if repeated and event.action ~= "ifupdate" then return end
  table.insert(waiting, event)
  if not current then next_call() end
end

local BUS_EVENTS = { ifup = "interface.up", ifupdate = "interface.up", ifdown = "interface.down" }

--- Tells of an interface: `action` is ifup, ifdown, ifupdate or ifup-failed.
function events.tell(interface, action)
  queue({ name = interface.name, action = action, device = interface.l3_device, updated = interface.updated or {} })
  if not BUS_EVENTS[action] then return end
  local event = json.object({ "action", action, "interface", interface.name })
  -- procd is another process; asking it from here must not hold up the loop.
  loop.spawn({ "/bin/ubus", "send", BUS_EVENTS[action], json.render(event) })
end

return events
