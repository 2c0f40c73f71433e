-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What apk says, on the terminal and in its log, and how it counts.

local console = { quiet = false, logging = false }

local LOG = "/var/log/apk.log"

local function log(text)
  if not console.logging then return end
  os.execute("mkdir -p /var/log")
  local file = io.open(LOG, "a")
  if file then
    file:write(text, "\n")
    file:close()
  end
end

--- From here on everything said is logged, as the work of a command line.
function console.start_log(words)
  console.logging = true
  log(("\nRunning `apk %s` at %s\n%s"):format(table.concat(words, " "), os.date("%Y-%m-%d %H:%M:%S"), console.VERSION))
end

console.VERSION = "apk-tools 3.0.5, compiled for x86_64."

--- A line for standard output, unless --quiet.
function console.say(text, ...)
  if select("#", ...) > 0 then text = text:format(...) end
  if console.quiet then return end
  log(text)
  io.stdout:write(text, "\n")
  io.stdout:flush()
end

--- What a script said: never held back.
function console.pass_on(stream, text)
  for line in text:gmatch("[^\n]+") do
    log("  * " .. line)
    stream:write("  * ", line, "\n")
    stream:flush()
  end
end

local function complain(kind, text, ...)
  if select("#", ...) > 0 then text = text:format(...) end
  log(kind .. text)
  io.stderr:write(kind, text, "\n")
end

function console.warn(...) complain("WARNING: ", ...) end
function console.fail(...) complain("ERROR: ", ...) end

--- Bytes in the largest unit that leaves a number worth reading.
function console.size(bytes)
  local units, unit = { "B", "KiB", "MiB", "GiB" }, 1
  while bytes >= 10000 and unit < #units do
    bytes, unit = bytes / 1024, unit + 1
  end
  return ("%d %s"):format(math.floor(bytes), units[unit])
end

local WIDTH = 50

--- Words behind a heading, wrapped, in lines that begin where the first word did.
function console.indented(heading, words)
  local lines, line = {}, heading
  for index, word in ipairs(words) do
    if index > 1 and #line + 1 + #word >= WIDTH then
      lines[#lines + 1] = line
      line = (" "):rep(#heading)
    end
    line = line .. " " .. word
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

return console
