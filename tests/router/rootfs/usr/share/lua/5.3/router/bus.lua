-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The bus: every daemon offers its objects on a socket of its own in /var/run/ubus, so there is no
-- broker. One line of JSON asks, one line answers.

local dirent = require("posix.dirent")
local json = require("router.json")
local loop = require("router.loop")
local socket = require("posix.sys.socket")
local unistd = require("posix.unistd")

local bus = {}
local DIRECTORY = "/var/run/ubus"

bus.OK, bus.INVALID_COMMAND, bus.INVALID_ARGUMENT, bus.METHOD_NOT_FOUND = 0, 1, 2, 3
bus.NOT_FOUND, bus.NO_DATA, bus.PERMISSION_DENIED, bus.TIMEOUT = 4, 5, 6, 7
bus.messages = {
  [1] = "Invalid command", [2] = "Invalid argument", [3] = "Method not found", [4] = "Not found",
  [5] = "No response", [6] = "Permission denied", [7] = "Request timed out",
}

local function read_line(fd)
  local text = ""
  while not text:find("\n", 1, true) do
    local data = loop.uninterrupted(unistd.read, fd, 65536)
    if not data or data == "" then return nil end
    text = text .. data
  end
  return text:match("^[^\n]*")
end

local function write_all(fd, text)
  while #text > 0 do
    local sent = loop.uninterrupted(unistd.write, fd, text)
    if not sent then return end
    text = text:sub(sent + 1)
  end
end

local function ask(daemon, request)
  local fd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0)
  local path = DIRECTORY .. "/" .. daemon
  local connected = socket.connect(fd, { family = socket.AF_UNIX, path = path })
  local line
  if connected then
    write_all(fd, json.render(request) .. "\n")
    line = read_line(fd)
  end
  unistd.close(fd)
  return line and json.parse(line)
end

local function daemons()
  local ok, names = pcall(dirent.dir, DIRECTORY)
  local found = {}
  for _, name in ipairs(ok and names or {}) do
    if name:sub(1, 1) ~= "." then found[#found + 1] = name end
  end
  return found
end

--- Calls a method; returns the status and the answer (nil when there is none).
function bus.call(path, method, message)
  local request = json.object({ "path", path, "method", method, "message", message or json.object() })
  for _, daemon in ipairs(daemons()) do
    local answer = ask(daemon, request)
    if answer and answer.status ~= bus.NOT_FOUND then return answer.status, answer.data end
    if answer and answer.mine then return answer.status end
  end
  return bus.NOT_FOUND
end

--- All objects: a list of { path = ..., methods = {...} }, sorted by path.
function bus.list()
  local objects = {}
  for _, daemon in ipairs(daemons()) do
    local answer = ask(daemon, json.object({ "list", true }))
    for _, object in ipairs(answer and answer.objects or {}) do objects[#objects + 1] = object end
  end
  table.sort(objects, function(a, b) return a.path < b.path end)
  return objects
end

local function list_answer(objects)
  local listed = json.array()
  for path, methods in pairs(objects) do
    local names = json.array()
    for name in pairs(methods) do names[#names + 1] = name end
    table.sort(names)
    listed[#listed + 1] = json.object({ "path", path, "methods", names })
  end
  return json.object({ "objects", listed })
end

local function answer(objects, request)
  if request.list then return list_answer(objects) end
  local methods = objects[request.path]
  if not methods then return json.object({ "status", bus.NOT_FOUND }) end
  local method = methods[request.method]
  if not method then return json.object({ "status", bus.METHOD_NOT_FOUND, "mine", true }) end
  local status, data = method(request.message)
  return json.object({ "status", status, "data", data, "mine", true })
end

--- Offers objects: path -> method -> function(message) returning status and data.
function bus.serve(daemon, objects)
  os.execute("mkdir -p " .. DIRECTORY)
  local path = DIRECTORY .. "/" .. daemon
  os.remove(path)
  local listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0)
  assert(socket.bind(listener, { family = socket.AF_UNIX, path = path }))
  assert(socket.listen(listener, 64))
  loop.close_on_exec(listener)
  loop.watch(listener, function()
    local fd = loop.uninterrupted(socket.accept, listener)
    if not fd then return end
    loop.close_on_exec(fd)
    local line = read_line(fd)
    local request = line and json.parse(line)
    if request then write_all(fd, json.render(answer(objects, request)) .. "\n") end
    unistd.close(fd)
  end)
end

return bus
