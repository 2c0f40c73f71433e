-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Network devices as the kernel has them, and the few commands that change them.

local json = require("router.json")

local device = {}

local function read(name, attribute)
  local file = io.open(("/sys/class/net/%s/%s"):format(name, attribute))
  local text = file and file:read("l")
  if file then file:close() end
  return text
end

local function run(format, ...)
  return os.execute(("ip " .. format .. " >/dev/null 2>&1"):format(...)) == true
end

-- Interface names come from the configuration; nothing else may reach the shell.
local function safe(name) return name and name:find("^[%w_.-]+$") ~= nil end
device.safe = safe

-- What the container's engine brought up, and with which address and default route: it carries SSH.
-- `taken`: those whose address an interface of ours has replaced, this netifd's or one before it.
local uplinks, taken = {}, {}
for line in io.lines("/usr/lib/router/uplinks") do
  local name, address, route = line:match("^(%S+) %S+ (%S*) ?(.-)%s*$")
  uplinks[name] = { address = address, route = route }
  taken[name] = not os.execute(("ip -4 -o addr show dev %s | grep -qwF %s"):format(name, address))
end

function device.exists(name) return safe(name) and read(name, "ifindex") ~= nil end
function device.has_link(name) return safe(name) and read(name, "carrier") == "1" end

function device.up(name) if safe(name) and not uplinks[name] then run("link set %s up", name) end end

function device.down(name)
  if safe(name) and not uplinks[name] and name ~= "lo" then
    run("addr flush dev %s", name)
    run("link set %s down", name)
  end
end

--- Makes the bridge of a `config device` section; ports that are the container's uplink stay out.
function device.make_bridge(name, ports)
  if not device.exists(name) then run("link add %s type bridge", name) end
  for _, port in ipairs(ports) do
    if device.exists(port) and not uplinks[port] then
      run("link set %s master %s", port, name)
      device.up(port)
    end
  end
end

function device.add_address(name, address, mask)
  run("addr replace %s/%s dev %s", address, mask, name)
  -- Older BusyBox knows no `replace`.
  run("addr add %s/%s brd + dev %s", address, mask, name)
end

function device.remove_address(name, address, mask) run("addr del %s/%s dev %s", address, mask, name) end

local function default_route()
  local pipe = io.popen("ip route 2>/dev/null | grep ^default")
  local line = pipe:read("l")
  pipe:close()
  return line and line:gsub("%s+$", "")
end

local displaced -- the engine's default route, while one of ours stands in its place

--- Adds a route; a default route takes the place of the one that is there, as netifd's does.
function device.add_route(name, route)
  local target = ("%s/%s"):format(route.target, route.mask)
  if target == "0.0.0.0/0" then
    -- One with a metric of its own may stay: the new one is preferred to it.
    local present = default_route()
    if present and not present:find("metric", 1, true) then
      if not present:find("dev " .. name, 1, true) then displaced = present end
      run("route del default")
    end
  end
  local via = route.nexthop and "via " .. route.nexthop or ""
  local source = route.source and "src " .. route.source:match("^[^/]*") or ""
  run("route add %s %s dev %s %s", target, via, name, source)
end

function device.remove_route(name, route)
  run("route del %s/%s dev %s", route.target, route.mask, name)
  if route.target == "0.0.0.0" and displaced and not default_route() then
    run("route add %s", displaced)
    displaced = nil
  end
end

--- Takes an uplink from the engine for an interface that names it: its address and route go, and so do
--- connections over it. Other devices are left as they are.
function device.take(name)
  if not uplinks[name] or taken[name] then return end
  taken[name] = true
  run("addr flush dev %s", name)
end

--- Gives every uplink that no interface has (`claimed` tells) back what the engine gave it.
function device.give_back(claimed)
  for name, given in pairs(uplinks) do
    if taken[name] and not claimed(name) then
      taken[name] = nil
      run("addr flush dev %s", name)
      run("addr add %s brd + dev %s", given.address, name)
      if given.route ~= "" then run("route add %s", given.route) end
    end
  end
end

function device.set_mtu(name, mtu) if safe(name) then run("link set %s mtu %d", name, mtu) end end

function device.names()
  local names = {}
  for _, name in ipairs(require("posix.dirent").dir("/sys/class/net")) do
    if name:sub(1, 1) ~= "." and read(name, "ifindex") then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

--- What `devstatus NAME` shows, without the many fields that a virtual device has no value for.
function device.status(name)
  if not device.exists(name) then
    return json.object({ "type", "Network device", "external", false, "present", false, "up", false, "carrier", false })
  end
  local statistics = json.object()
  for _, counter in ipairs({ "rx_bytes", "rx_errors", "rx_packets", "tx_bytes", "tx_errors", "tx_packets" }) do
    statistics[counter] = math.tointeger(tonumber(read(name, "statistics/" .. counter)))
  end
  local bridge = require("posix.sys.stat").stat("/sys/class/net/" .. name .. "/bridge") ~= nil
  return json.object({
    "external", uplinks[name] ~= nil, "present", true, "type", bridge and "bridge" or "Network device",
    "up", (tonumber(read(name, "flags")) or 0) & 1 == 1, "carrier", device.has_link(name),
    "mtu", math.tointeger(tonumber(read(name, "mtu"))), "macaddr", read(name, "address"),
    "statistics", statistics,
  })
end

return device
