-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The nftables ruleset that /etc/config/firewall asks for, as far as it is imitated: what may come in
-- to the router itself. Chains are called and ordered as fw4's are.

local firewall = {}

local VERDICTS = { ACCEPT = "accept", DROP = "drop", REJECT = "jump handle_reject" }

local function verdict(policy) return VERDICTS[(policy or "DROP"):upper()] or "drop" end

-- Values come from the configuration; what nft would take for something else is refused.
local function plain(value) return value:find("^[%w_./:-]+$") ~= nil end

local function set_of(values)
  local items, seen = {}, {}
  for _, value in ipairs(values) do
    if not plain(value) then return nil end
    if not seen[value] then items[#items + 1] = value end
    seen[value] = true
  end
  return "{ " .. table.concat(items, ", ") .. " }"
end

local FAMILIES = { ipv4 = "meta nfproto ipv4", ipv6 = "meta nfproto ipv6" }

-- Without a protocol, a rule is for TCP and UDP.
local function protocols_of(rule)
  local named = firewall.list(rule.proto)
  if #named == 0 or named[1] == "tcpudp" then return { "tcp", "udp" } end
  return (named[1] == "all" or named[1] == "any") and {} or named
end

--- One rule for input as a line of nft, nil for one that is not imitated (another match or target).
local function rule_line(rule)
  local target = VERDICTS[(rule.target or "DROP"):upper()]
  if not target or rule.dest or rule.enabled == "0" then return nil end
  local words = { FAMILIES[rule.family] }
  local addresses, protocols, ports = firewall.list(rule.src_ip), protocols_of(rule), firewall.list(rule.dest_port)
  if #addresses > 0 then
    if not set_of(addresses) then return nil end
    words[#words + 1] = "ip saddr " .. set_of(addresses)
  end
  if #protocols > 0 then
    if not set_of(protocols) then return nil end
    words[#words + 1] = "meta l4proto " .. set_of(protocols)
  end
  if #ports > 0 then
    if not set_of(ports) then return nil end
    words[#words + 1] = "th dport " .. set_of(ports)
  end
  if firewall.list(rule.icmp_type)[1] == "echo-request" then words[#words + 1] = "icmp type echo-request" end
  words[#words + 1] = target
  return table.concat(words, " ")
end

--- The words of an option that is a list or a text.
function firewall.list(value)
  if type(value) == "table" then value = table.concat(value, " ") end
  local items = {}
  for word in (value or ""):gmatch("%S+") do items[#items + 1] = word end
  return items
end

local function included(chain)
  local lines = {}
  local pipe = io.popen("cat /usr/share/nftables.d/chain-pre/" .. chain .. "/*.nft 2>/dev/null")
  for line in pipe:lines() do lines[#lines + 1] = line end
  pipe:close()
  return lines
end

local function rules_for(zone_name, rules)
  local lines = {}
  for _, rule in ipairs(rules) do
    if rule.src == zone_name then lines[#lines + 1] = rule_line(rule) end
  end
  return lines
end

local function chain(name, lines) return ("\tchain %s {\n\t\t%s\n\t}\n"):format(name, table.concat(lines, "\n\t\t")) end

local function append(lines, more) table.move(more, 1, #more, #lines + 1, lines) end

--- The ruleset as text for `nft -f`, which replaces the one before as a whole. `defaults`, `zones` and
--- `rules` are the sections' options; `devices[NAME]` the devices of a zone; `open` the devices that are
--- let in where no zone has them.
function firewall.ruleset(defaults, zones, rules, devices, open)
  local policy = verdict(defaults.input)
  local input = {
    ("type filter hook input priority filter; policy %s;"):format(policy == "accept" and "accept" or "drop"),
    'iifname "lo" accept',
  }
  append(input, included("input"))
  input[#input + 1] = "ct state established,related accept"
  -- A rule that names no zone to come from is about what goes out.
  append(input, rules_for("*", rules))
  local chains = {}
  for _, zone in ipairs(zones) do
    local names = set_of(devices[zone.name or ""] or {})
    if zone.name and plain(zone.name) and names and #devices[zone.name] > 0 then
      input[#input + 1] = ("iifname %s jump input_%s"):format(names, zone.name)
      local own = included("input_" .. zone.name)
      append(own, rules_for(zone.name, rules))
      own[#own + 1] = verdict(zone.input or defaults.input)
      chains[#chains + 1] = chain("input_" .. zone.name, own)
    end
  end
  if #open > 0 then input[#input + 1] = ("iifname %s accept"):format(set_of(open)) end
  if policy == VERDICTS.REJECT then input[#input + 1] = policy end
  return table.concat({
    "table inet fw4\nflush table inet fw4\ntable inet fw4 {\n",
    chain("handle_reject", { "meta l4proto tcp reject with tcp reset", "reject" }),
    table.concat(chains), chain("input", input), "}\n",
  })
end

return firewall
