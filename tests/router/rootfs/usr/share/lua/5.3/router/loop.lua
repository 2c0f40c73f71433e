-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The event loop of the daemons: file descriptors, timers and child processes.

local errno = require("posix.errno")
local fcntl = require("posix.fcntl")
local poll = require("posix.poll")
local signal = require("posix.signal")
local time = require("posix.time")
local unistd = require("posix.unistd")
local wait = require("posix.sys.wait")

local loop = {}

local watched = {} -- fd -> function
local timers = {} -- list of { at = seconds, action = function }
local children = {} -- pid -> function(exit code)

--- Seconds since boot; never jumps.
function loop.now()
  local clock = time.clock_gettime(time.CLOCK_MONOTONIC)
  return clock.tv_sec + clock.tv_nsec / 1e9
end

function loop.watch(fd, action) watched[fd] = action end
function loop.unwatch(fd) watched[fd] = nil end

function loop.after(seconds, action)
  local timer = { at = loop.now() + seconds, action = action }
  timers[timer] = true
  return timer
end

function loop.cancel(timer) if timer then timers[timer] = nil end end

local function close_on_exec(fd) fcntl.fcntl(fd, fcntl.F_SETFD, 1) end
loop.close_on_exec = close_on_exec

--- A system call that the end of a child does not cut short: called again until it has its own result.
function loop.uninterrupted(call, ...)
  local result, message, code
  repeat
    result, message, code = call(...)
  until result or code ~= errno.EINTR
  return result, message, code
end

local function watch_lines(fd, on_line)
  local rest = ""
  loop.watch(fd, function()
    local data = loop.uninterrupted(unistd.read, fd, 4096)
    if not data or data == "" then
      if rest ~= "" then on_line(rest) end
      loop.unwatch(fd)
      unistd.close(fd)
      return
    end
    rest = rest .. data
    while true do
      local line, after = rest:match("^([^\n]*)\n(.*)$")
      if not line then break end
      rest = after
      on_line(line)
    end
  end)
end

--- Starts a program. `options`: on_line (gets each line of stdout and stderr), on_exit (gets the exit
--- code, 128+n for a signal), env (names to values). Returns its process id, once the program can be
--- ended: it has a process group of its own by then, and does not handle signals as we do.
function loop.spawn(argv, options)
  options = options or {}
  local out, into
  if options.on_line then out, into = unistd.pipe() end
  local settled, settling = unistd.pipe()
  close_on_exec(settling)
  local pid = unistd.fork()
  if pid == 0 then
    unistd.setpid("s")
    for number = signal.SIGHUP, signal.SIGTERM do
      if number ~= signal.SIGKILL then signal.signal(number, signal.SIG_DFL) end
    end
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    local null = fcntl.open("/dev/null", fcntl.O_RDWR)
    unistd.dup2(null, 0)
    unistd.dup2(into or null, 1)
    unistd.dup2(into or null, 2)
    for fd = 3, 63 do unistd.close(fd) end
    for name, value in pairs(options.env or {}) do require("posix.stdlib").setenv(name, value) end
    unistd.execp(argv[1], { table.unpack(argv, 2) })
    os.exit(127, false)
  end
  unistd.close(settling)
  loop.uninterrupted(unistd.read, settled, 1) -- nothing comes, but the child's end is closed
  unistd.close(settled)
  if into then
    unistd.close(into)
    close_on_exec(out)
    watch_lines(out, options.on_line)
  end
  children[pid] = options.on_exit or function() end
  return pid
end

local function reap()
  while true do
    local pid, how, code = wait.wait(-1, wait.WNOHANG)
    if not pid or pid == 0 then return end
    local action = children[pid]
    children[pid] = nil
    -- Let what the child said last be read before its end is told.
    if action then loop.after(0.02, function() action(how == "exited" and code or 128 + code) end) end
  end
end

local function fire_timers()
  local now, due = loop.now(), {}
  for timer in pairs(timers) do
    if timer.at <= now then due[#due + 1] = timer end
  end
  table.sort(due, function(a, b) return a.at < b.at end)
  for _, timer in ipairs(due) do
    if timers[timer] then
      timers[timer] = nil
      timer.action()
    end
  end
end

-- Linux's, which luaposix does not name. io.popen's pipes know no EINTR; poll is cut short all the same.
local SA_RESTART = 0x10000000

local function patience()
  local nearest = 0.25 -- a child's end may go unnoticed between waitpid and poll
  for timer in pairs(timers) do nearest = math.min(nearest, timer.at - loop.now()) end
  return math.max(0, math.ceil(nearest * 1000))
end

--- Runs until `loop.running` is set to false.
function loop.run()
  loop.running = true
  signal.signal(signal.SIGCHLD, function() end, SA_RESTART)
  while loop.running do
    local fds = {}
    for fd in pairs(watched) do fds[fd] = { events = { IN = true } } end
    local ready, _, code = poll.poll(fds, patience())
    if not ready and code ~= errno.EINTR then error("poll failed: " .. tostring(code)) end
    for fd, state in pairs(ready and ready > 0 and fds or {}) do
      if state.revents and (state.revents.IN or state.revents.HUP) and watched[fd] then watched[fd]() end
    end
    reap()
    fire_timers()
  end
end

return loop
