-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The bus object "service": instances that are kept running, and triggers that run a script when
-- something (a package of the configuration, an interface) has changed.

local bus = require("router.bus")
local json = require("router.json")
local log = require("router.log")
local loop = require("router.loop")
local signal = require("posix.signal")

local services = { object = {}, stopping = false }
local known = {} -- name -> { instances = {name -> instance}, order = {...}, triggers = {...} }

local EASY_RESTART = { "3600", "5", "5" } -- threshold, seconds before a respawn, tries

-- Instances ---------------------------------------------------------------------------------------

local function forget_pidfile(instance)
  if instance.spec.pidfile then os.remove(instance.spec.pidfile) end
end

local function start(service, instance)
  local spec = instance.spec
  local command = spec.command
  if not command or #command == 0 then return end
  instance.started = loop.now()
  local tag = command[1]:match("[^/]*$")
  local wants_output = spec.stdout == true or spec.stderr == true or spec.stdout == 1 or spec.stderr == 1
  local environment = {}
  for _, key in ipairs(spec.env and json.keys(spec.env) or {}) do environment[key] = spec.env[key] end
  local pid
  pid = loop.spawn(command, {
    env = environment,
    on_line = wants_output and function(line) log.write("daemon.info", ("%s[%d]"):format(tag, pid), line) end or nil,
    on_exit = function(code)
      instance.pid, instance.exit_code = nil, code
      forget_pidfile(instance)
      if instance.restart_now then
        instance.restart_now = false
        return start(service, instance)
      end
      local respawn = spec.respawn
      if instance.wanted and respawn and not services.stopping then
        local delay = tonumber(respawn[2] or EASY_RESTART[2])
        local short_lived = loop.now() - instance.started < tonumber(respawn[1] or EASY_RESTART[1])
        instance.tries = short_lived and (instance.tries or 0) + 1 or 0
        local most = tonumber(respawn[3] or EASY_RESTART[3])
        if most > 0 and instance.tries > most then
          log.write("daemon.info", "procd", ("Instance %s::%s s in a crash loop %d crashes, %d seconds since last crash")
            :format(service.name, instance.name, instance.tries, math.floor(loop.now() - instance.started)))
          return
        end
        instance.timer = loop.after(delay, function() start(service, instance) end)
      end
    end,
  })
  instance.pid = pid
  if spec.pidfile then
    local file = io.open(spec.pidfile, "w")
    if file then
      file:write(pid, "\n")
      file:close()
    end
  end
end

local function stop(instance)
  instance.wanted = false
  loop.cancel(instance.timer)
  if not instance.pid then return end
  local pid = instance.pid
  signal.kill(pid, signal.SIGTERM)
  loop.after(tonumber(instance.spec.term_timeout or 5), function()
    if instance.pid == pid then signal.kill(pid, signal.SIGKILL) end
  end)
end

-- Two specifications are the same if they print the same: then a running instance is left alone,
-- unless a file it depends on has changed.
local function fingerprint(spec)
  local sums = ""
  if spec.file and #spec.file > 0 then
    local pipe = io.popen("md5sum '" .. table.concat(spec.file, "' '") .. "' 2>/dev/null")
    sums = pipe:read("a")
    pipe:close()
  end
  return json.render(spec) .. sums
end

local function set_instance(service, name, spec)
  local instance, print_now = service.instances[name], fingerprint(spec)
  if not instance then
    instance = { name = name, spec = spec, wanted = true, print = print_now }
    service.instances[name] = instance
    table.insert(service.order, name)
    return start(service, instance)
  end
  local changed = instance.print ~= print_now
  instance.spec, instance.print, instance.wanted = spec, print_now, true
  if not instance.pid then
    loop.cancel(instance.timer)
    start(service, instance)
  elseif changed then
    local pid = instance.pid
    instance.restart_now = true
    signal.kill(pid, signal.SIGTERM)
    loop.after(tonumber(spec.term_timeout or 5), function()
      if instance.pid == pid then signal.kill(pid, signal.SIGKILL) end
    end)
  end
end

local function drop_instance(service, name)
  stop(service.instances[name])
  service.instances[name] = nil
  for index, other in ipairs(service.order) do
    if other == name then table.remove(service.order, index) break end
  end
end

function services.stop_all()
  for _, service in pairs(known) do
    for _, instance in pairs(service.instances) do stop(instance) end
  end
end

-- Triggers ----------------------------------------------------------------------------------------

-- A condition is a list: "if" CONDITION ACTION, "eq" FIELD VALUE, "run_script" PROGRAM ARGUMENTS...
local run
local conditions = {
  eq = function(rule, event) return event[rule[2]] == rule[3] end,
  has = function(rule, event) return event[rule[2]] ~= nil end,
}
local actions = {
  ["if"] = function(rule, event)
    local condition = conditions[rule[2][1]]
    if condition and condition(rule[2], event) then run(rule[3], event) end
  end,
  run_script = function(rule) loop.spawn({ table.unpack(rule, 2) }) end,
}
function run(rule, event)
  if type(rule[1]) == "table" then
    for _, inner in ipairs(rule) do run(inner, event) end
  elseif actions[rule[1]] then
    actions[rule[1]](rule, event)
  end
end

local function fire(kind, event)
  for _, service in pairs(known) do
    for _, trigger in ipairs(service.triggers) do
      local pattern, rule, delay = trigger[1], trigger[2], tonumber(trigger[3]) or 0
      if pattern == kind or pattern:match("^(.*)%*$") == kind:sub(1, #pattern - 1) then
        loop.cancel(trigger.timer)
        trigger.timer = loop.after(delay / 1000, function() run(rule, event) end)
      end
    end
  end
end

-- The object --------------------------------------------------------------------------------------

function services.object.set(message)
  if not message.name then return bus.INVALID_ARGUMENT end
  local service = known[message.name]
  if not service then
    service = { name = message.name, instances = {}, order = {} }
    known[message.name] = service
  end
  service.triggers = message.triggers or {}
  local specs = message.instances or json.object()
  for _, name in ipairs({ table.unpack(service.order) }) do
    if not specs[name] then drop_instance(service, name) end
  end
  for _, name in ipairs(json.keys(specs)) do set_instance(service, name, specs[name]) end
  return bus.OK
end
services.object.add = services.object.set

function services.object.delete(message)
  local service = known[message.name]
  if not service then return bus.NOT_FOUND end
  for _, name in ipairs({ table.unpack(service.order) }) do
    if not message.instance or message.instance == name then drop_instance(service, name) end
  end
  if not message.instance then known[message.name] = nil end
  return bus.OK
end

function services.object.signal(message)
  local service = known[message.name]
  if not service then return bus.NOT_FOUND end
  for name, instance in pairs(service.instances) do
    if instance.pid and (not message.instance or message.instance == name) then
      signal.kill(instance.pid, message.signal or signal.SIGHUP)
    end
  end
  return bus.OK
end

local function describe(instance)
  local spec = instance.spec
  local shown = json.object({ "running", instance.pid ~= nil, "pid", instance.pid, "command", spec.command })
  if not instance.pid and instance.exit_code then shown.exit_code = instance.exit_code end
  if spec.env then shown.env = spec.env end
  shown.term_timeout = math.tointeger(tonumber(spec.term_timeout or 5))
  if spec.respawn then
    local function number(index) return math.tointeger(tonumber(spec.respawn[index] or EASY_RESTART[index])) end
    shown.respawn = json.object({ "threshold", number(1), "timeout", number(2), "retry", number(3) })
  end
  if spec.pidfile then shown.pidfile = spec.pidfile end
  return shown
end

function services.object.list(message)
  local names, listed = {}, json.object()
  for name in pairs(known) do
    if not message.name or message.name == name then names[#names + 1] = name end
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local service, shown = known[name], json.object()
    if #service.order > 0 then
      local instances = json.object()
      for _, instance in ipairs(service.order) do instances[instance] = describe(service.instances[instance]) end
      shown.instances = instances
    end
    if message.verbose and #service.triggers > 0 then shown.triggers = service.triggers end
    listed[name] = shown
  end
  return bus.OK, listed
end

function services.object.state(message)
  return known[message.name] and bus.OK or bus.NOT_FOUND
end

function services.object.event(message)
  if not message.type then return bus.INVALID_ARGUMENT end
  fire(message.type, message.data or json.object())
  return bus.OK
end

return services
