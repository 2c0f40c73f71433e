-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- A Huawei stick as it was when ncm.json was recorded: run inside the test router, it puts a pty at
-- /dev/ttyUSB0 and answers AT commands with the fault of its argument. What was asked and answered
-- goes to /tmp/modem.at, one line each, "> COMMAND" and "< ANSWER".

local fcntl = require("posix.fcntl")
local poll = require("posix.poll")
local stdlib = require("posix.stdlib")
local termio = require("posix.termio")
local unistd = require("posix.unistd")

local fault = arg[1] or "none"
local locked = fault:find("^pin") ~= nil
local refused = { puk = "ERROR", nosim = "+CME ERROR: 10" }
local makers = { chatter = { "^RSSI:18", "huawei" }, vendor = { "acme" } }

local function answer(command)
  if fault == "silent" then return nil end
  if command == "AT+CGMI" then
    local lines = { table.unpack(makers[fault] or { "huawei" }) }
    lines[#lines + 1] = "OK"
    return lines
  end
  if command == "AT+CPIN?" then return { locked and "+CPIN: SIM PIN" or "+CPIN: READY", "OK" } end
  if command:find("^AT%+CPIN=") then
    if command ~= 'AT+CPIN="1234"' then return { "+CME ERROR: 16" } end
    locked = false
    return { "OK" }
  end
  if command:find("^AT%^NDISDUP") then
    if locked then return { "ERROR" } end
    if refused[fault] then return { refused[fault] } end
    if fault == "apn" and command:find(",1,1") == nil and command:find("=1,1") then return { "ERROR" } end
  end
  return { "OK" }
end

local master = assert(stdlib.openpt(fcntl.O_RDWR + fcntl.O_NOCTTY))
stdlib.grantpt(master)
stdlib.unlockpt(master)
local name = stdlib.ptsname(master)
-- Held open, so that the modem survives its users.
local slave = assert(fcntl.open(name, fcntl.O_RDWR + fcntl.O_NOCTTY))
local settings = termio.tcgetattr(slave)
settings.lflag, settings.iflag, settings.oflag = 0, 0, 0
termio.tcsetattr(slave, termio.TCSANOW, settings)
os.remove("/dev/ttyUSB0")
assert(os.execute("ln -s " .. name .. " /dev/ttyUSB0"))

local record = assert(io.open("/tmp/modem.at", "w"))
record:setvbuf("line")
local pending = ""
while true do
  poll.rpoll(master, -1)
  pending = pending .. (unistd.read(master, 256) or "")
  while true do
    local command, rest = pending:match("^([^\r\n]*)[\r\n]+(.*)$")
    if not command then break end
    pending = rest
    if command ~= "" then
      record:write("> ", command, "\n")
      unistd.write(master, command .. "\r")
      local lines = answer(command)
      if lines then
        record:write("< ", table.concat(lines, " |  | "), "\n")
        unistd.write(master, "\r\n" .. table.concat(lines, "\r\n\r\n") .. "\r\n")
      end
    end
  end
end
