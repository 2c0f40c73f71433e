-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The bus object "system": what board this is, memory and disk, reboot.

local bus = require("router.bus")
local json = require("router.json")
local statvfs = require("posix.sys.statvfs")

local system = {}

local function read(path)
  local file = io.open(path)
  local text = file and file:read("a") or ""
  if file then file:close() end
  return text
end

local function release()
  local values = {}
  for name, value in read("/etc/openwrt_release"):gmatch("DISTRIB_(%u+)='([^']*)'") do values[name] = value end
  return json.object({
    "distribution", values.ID, "version", values.RELEASE, "revision", values.REVISION,
    "target", values.TARGET, "description", values.DESCRIPTION,
    "builddate", read("/etc/os-release"):match('OPENWRT_BUILD_DATE="(%d+)"'),
  })
end

-- A container may not be allowed to take the name that its configuration gives it.
local function hostname()
  local pipe = io.popen("uci -q get system.@system[0].hostname")
  local name = pipe:read("l")
  pipe:close()
  return name or read("/proc/sys/kernel/hostname"):match("[^\n]*")
end

local function board()
  local model = json.parse(read("/etc/board.json")).model
  return bus.OK, json.object({
    "kernel", read("/proc/sys/kernel/osrelease"):match("[^\n]*"),
    "hostname", hostname(),
    "system", read("/proc/cpuinfo"):match("model name%s*:%s*([^\n]*)") or "unknown",
    "model", model.name, "board_name", model.id, "release", release(),
  })
end

local function disk(path)
  local info = statvfs.statvfs(path)
  local function kilobytes(blocks) return blocks * info.f_frsize // 1024 end
  return json.object({
    "total", kilobytes(info.f_blocks), "free", kilobytes(info.f_bfree),
    "used", kilobytes(info.f_blocks - info.f_bfree), "avail", kilobytes(info.f_bavail),
  })
end

local function info()
  local memory = {}
  for name, value in read("/proc/meminfo"):gmatch("(%w+):%s*(%d+)") do memory[name] = tonumber(value) * 1024 end
  local load = json.array()
  for value in read("/proc/loadavg"):sub(1, 14):gmatch("%d+%.%d+") do
    load[#load + 1] = math.floor(tonumber(value) * 65536)
  end
  local function bytes(name) return math.tointeger(memory[name]) end
  return bus.OK, json.object({
    "localtime", os.time(), "uptime", math.floor(tonumber(read("/proc/uptime"):match("^%S+"))),
    "load", load,
    "memory", json.object({
      "total", bytes("MemTotal"), "free", bytes("MemFree"), "shared", bytes("Shmem"),
      "buffered", bytes("Buffers"), "available", bytes("MemAvailable"), "cached", bytes("Cached"),
    }),
    "root", disk("/"), "tmp", disk("/tmp"),
    "swap", json.object({ "total", bytes("SwapTotal"), "free", bytes("SwapFree") }),
  })
end

function system.object(reboot)
  return {
    board = board,
    info = info,
    reboot = function()
      reboot()
      return bus.OK
    end,
  }
end

return system
