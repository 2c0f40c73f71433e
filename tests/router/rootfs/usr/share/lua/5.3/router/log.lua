-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Writes to the system log.

local socket = require("posix.sys.socket")
local unistd = require("posix.unistd")

local log = {}

local facilities = { kern = 0, user = 1, mail = 2, daemon = 3, auth = 4, syslog = 5, cron = 9, authpriv = 10 }
local severities = { emerg = 0, alert = 1, crit = 2, err = 3, warn = 4, notice = 5, info = 6, debug = 7 }
log.facilities, log.severities = facilities, severities

--- `priority` like "daemon.notice"; `tag` as it stands before the colon.
function log.write(priority, tag, text)
  local facility, severity = priority:match("^(%a+)%.(%a+)$")
  local number = facilities[facility] * 8 + severities[severity]
  local fd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM, 0)
  if socket.connect(fd, { family = socket.AF_UNIX, path = "/dev/log" }) then
    socket.send(fd, ("<%d>%s %s: %s"):format(number, os.date("%b %d %H:%M:%S"), tag, text))
  end
  unistd.close(fd)
end

return log
