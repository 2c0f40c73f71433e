-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Installing and removing packages: no transaction, one package after the other, as opkg does.

local database = require("router.opkg.database")
local feeds = require("router.opkg.feeds")
local stat = require("posix.sys.stat")
local statvfs = require("posix.sys.statvfs")
local version = require("router.opkg.version")

local Installer = {}
Installer.__index = Installer
local quote = feeds.quote

--- `options`: noaction, force_downgrade, force_reinstall, force_depends, force_space, autoremove, nodeps,
--- force_removal_of_dependent_packages. `collect(text)` gathers what goes under "Collected errors".
function Installer.new(packages, setup, options, collect)
  return setmetatable({
    packages = packages, setup = setup, options = options, collect = collect, unpacked = {}, busy = {},
  }, Installer)
end

-- Space and archives ------------------------------------------------------------------------------

function Installer:has_space(package)
  local overlay = self.setup.overlay
  if self.options.force_space or not overlay or not stat.stat(overlay) then return true end
  local info = statvfs.statvfs(overlay)
  local available = info.f_bavail * info.f_frsize // 1024
  local needed = (tonumber(package["Installed-Size"]) or 0) // 1024
  if needed < available then return true end
  self.collect(("verify_pkg_installable: Only have %dkb available on filesystem %s, pkg %s needs %d")
    :format(available, overlay, package.Package, needed))
  return false
end

--- Fetches the ipk of an offer; a local file is its own.
function Installer:obtain(package)
  if package.path then return package.path end
  local url = package.feed.url .. "/" .. package.Filename
  local target = os.tmpname()
  print("Downloading " .. url)
  local ok, reasons = feeds.fetch(url, target)
  if not ok then
    for _, reason in ipairs(reasons) do self.collect(reason) end
    return nil
  end
  if package.SHA256sum and feeds.sha256(target) ~= package.SHA256sum and not self.options.force_checksum then
    self.collect(("opkg_install_pkg: Package %s sha256sum mismatch. Either the opkg or the package index are corrupt. Try 'opkg update'.")
      :format(package.Package))
    return nil
  end
  return target
end

local function member(ipk, name, command)
  return ("tar -xzOf %s ./%s | %s"):format(quote(ipk), name, command)
end

--- The control fields of an ipk file.
function Installer.control(ipk)
  local pipe = io.popen(member(ipk, "control.tar.gz", "tar -xzOf - ./control") .. " 2>/dev/null")
  local parsed = database.parse(pipe:read("a"))[1]
  pipe:close()
  if parsed then parsed.path = ipk end
  return parsed
end

local function contents(ipk)
  local pipe = io.popen(member(ipk, "data.tar.gz", "tar -tzf -") .. " | sed -n 's#^\\.\\(/.*[^/]\\)$#\\1#p'")
  local files = {}
  for path in pipe:lines() do files[#files + 1] = path end
  pipe:close()
  return files
end

--- Whether no other package owns a file that this one brings.
function Installer:is_free(package, ipk)
  local brought, free = {}, true
  for _, path in ipairs(contents(ipk)) do brought[path] = true end
  for other, installed in pairs(self.packages.installed) do
    local settings = database.conffiles(installed)
    for _, path in ipairs(other ~= package.Package and database.files(other) or {}) do
      if brought[path] and not settings[path] then
        self.collect(("check_data_file_clashes: Package %s wants to install file %s\n\tBut that file is already provided by package  * %s")
          :format(package.Package, path, other))
        free = false
      end
    end
  end
  return free
end

--- Settings that are there stay; those of the package are laid beside them.
function Installer:keep_settings(name, action)
  local kept = ""
  for path in (database.read(("%s/%s.conffiles"):format(database.INFO, name)) or ""):gmatch("[^\n]+") do
    local place = quote(path)
    if action == "aside" then
      os.execute(("[ ! -e %s ] || cp -p %s %s-fleet-kept"):format(place, place, place))
    else
      kept = kept .. ("\n %s %s"):format(path, feeds.sha256(path))
      os.execute(("[ ! -e %s-fleet-kept ] || { cmp -s %s %s-fleet-kept || mv %s %s-opkg; mv %s-fleet-kept %s; }")
        :format(place, place, place, place, place, place, place))
    end
  end
  return kept ~= "" and kept or nil
end

function Installer:unpack(package, ipk, explicit)
  local name, info = package.Package, database.INFO
  os.execute("mkdir -p /tmp/opkg.control")
  os.execute(member(ipk, "control.tar.gz", "tar -xzf - -C /tmp/opkg.control"))
  for _, part in ipairs({ "control", "conffiles", "postinst", "prerm" }) do
    os.execute(("[ -e /tmp/opkg.control/%s ] && mv /tmp/opkg.control/%s %s/%s.%s"):format(part, part, info, name, part))
  end
  os.execute("rm -rf /tmp/opkg.control")
  local before = {}
  for _, path in ipairs(database.files(name)) do before[path] = true end
  os.execute(member(ipk, "data.tar.gz", "tar -tzf -") .. (" | sed -n 's#^\\.\\(/.*[^/]\\)$#\\1#p' > %s/%s.list"):format(info, name))
  self:keep_settings(name, "aside")
  os.execute(member(ipk, "data.tar.gz", "tar -xzf - -C /"))
  package.Conffiles = self:keep_settings(name, "back")
  for _, path in ipairs(database.files(name)) do before[path] = nil end
  for path in pairs(before) do os.remove(path) end
  package.Status = explicit and "install user unpacked" or "install ok unpacked"
  package["Auto-Installed"] = not explicit and "yes" or nil
  package["Installed-Time"] = tostring(os.time())
  self.packages:add(package)
  self.unpacked[#self.unpacked + 1] = name
  self.packages:save()
end

-- opkg keeps its packages in a hash table and configures them in the order of its buckets.
local function bucket(name)
  local hash = 5381
  for i = 1, #name do hash = (hash * 33 + name:byte(i)) & 0xFFFFFFFF end
  return hash % 1024
end

--- Runs the postinst scripts of what was unpacked, dependencies first.
function Installer:configure()
  local waiting = {}
  for _, name in ipairs(self.unpacked) do waiting[name] = true end
  table.sort(self.unpacked, function(a, b) return bucket(a) < bucket(b) end)
  local function one(name)
    if not waiting[name] then return end
    waiting[name] = nil
    local package = self.packages.installed[name]
    for _, need in ipairs(database.depends(package)) do one(need.name) end
    print(("Configuring %s."):format(name))
    io.stdout:flush()
    os.execute(("[ -x %s/%s.postinst ] && %s/%s.postinst configure"):format(database.INFO, name, database.INFO, name))
    package.Status = package.Status:gsub("unpacked", "installed")
  end
  for _, name in ipairs(self.unpacked) do one(name) end
  if #self.unpacked > 0 then self.packages:save() end
end

-- Installing --------------------------------------------------------------------------------------

function Installer:offer(name) return self.locals and self.locals[name] or self.packages:best(name) end

--- What a package lacks, dependencies of dependencies first, each once. What nobody offers is
--- appended to `unmet`.
function Installer:closure(package, found, unmet)
  for _, need in ipairs(database.depends(package)) do
    if not self.packages:is_satisfied(need) and not self.busy[need.name] then
      local offer = self:offer(need.name)
      if not offer or (need.operator and not version.satisfies(offer.Version, need.operator, need.version)) then
        unmet[#unmet + 1] = need.text
      else
        self.busy[need.name] = true
        self:closure(offer, found, unmet)
        found[#found + 1] = offer
      end
    end
  end
end

function Installer:announce(package)
  local name, present = package.Package, self.packages.installed[package.Package]
  if not present then
    print(("Installing %s (%s) to root..."):format(name, package.Version))
  elseif present.Version == package.Version then
    print(("Reinstalling %s (%s) on root..."):format(name, package.Version))
  else
    local verb = version.compare(package.Version, present.Version) > 0 and "Upgrading" or "Downgrading"
    print(("%s %s on root from %s to %s..."):format(verb, name, present.Version, package.Version))
  end
end

--- Says what is done, looks for space and fetches; returns the file or nil.
function Installer:prepare(package)
  self:announce(package)
  if not self:has_space(package) then return nil end
  return self:obtain(package)
end

function Installer:commit(package, ipk, explicit)
  if self.options.noaction then
    self.packages.installed[package.Package] = package
  else
    self:unpack(package, ipk, explicit)
  end
  if ipk ~= package.path then os.remove(ipk) end
end

--- Installs one version of a package and, before it, what it needs.
function Installer:put(package)
  local name = package.Package
  local ipk = self:prepare(package)
  if not ipk then return false end
  self.busy[name] = true
  local needed, unmet = {}, {}
  if not self.options.nodeps then self:closure(package, needed, unmet) end
  if #unmet > 0 and not self.options.force_depends then
    self.collect(("satisfy_dependencies_for: Cannot satisfy the following dependencies for %s:"):format(name))
    for _, text in ipairs(unmet) do self.collect("\t" .. text) end
    return false
  end
  for _, dependency in ipairs(needed) do
    local file = self:prepare(dependency)
    if not file or not self:is_free(dependency, file) then return false end
    self:commit(dependency, file, false)
  end
  if not self:is_free(package, ipk) then return false end
  self:commit(package, ipk, true)
  return true
end

function Installer:install(name)
  local package = self:offer(name)
  local present = self.packages.installed[name]
  if not package and not present then
    print(("Unknown package '%s'."):format(name))
    self.collect(("opkg_install_cmd: Cannot install package %s."):format(name))
    return false
  end
  package = package or present
  if present and self.busy[name] then return true end
  if present and not self.options.force_reinstall then
    local difference = version.compare(package.Version, present.Version)
    if difference == 0 then
      print(("Package %s (%s) installed in root is up to date."):format(name, present.Version))
      return true
    elseif difference < 0 and not self.options.force_downgrade then
      -- Older than what is there: said of a local file, passed over for a feed.
      if package.path then
        print(("Not downgrading package %s on root from %s to %s."):format(name, present.Version, package.Version))
      else
        print(("Package %s (%s) installed in root is up to date."):format(name, present.Version))
      end
      return true
    end
  end
  if self:put(package) then return true end
  self.collect(("opkg_install_cmd: Cannot install package %s."):format(name))
  return false
end

-- Removing ----------------------------------------------------------------------------------------

function Installer:take_away(name)
  print(("Removing package %s from root..."):format(name))
  if self.options.noaction then return end
  local info, needs = database.INFO, database.depends(self.packages.installed[name])
  os.execute(("[ -x %s/%s.prerm ] && %s/%s.prerm remove"):format(info, name, info, name))
  local settings = database.conffiles(self.packages.installed[name])
  for _, path in ipairs(database.files(name)) do
    if settings[path] and stat.stat(path) and feeds.sha256(path) ~= settings[path] then
      print(("Not deleting modified conffile %s."):format(path))
    else
      os.remove(path)
    end
  end
  for _, part in ipairs({ "control", "list", "postinst", "prerm", "conffiles" }) do
    os.remove(("%s/%s.%s"):format(info, name, part))
  end
  self.packages:drop(name)
  self.packages:save()
  if not self.options.autoremove then return end
  for _, need in ipairs(needs) do
    local package = self.packages.installed[need.name]
    if package and package["Auto-Installed"] == "yes" and #self.packages:dependents(need.name) == 0 then
      print(("%s was autoinstalled and is now orphaned, removing."):format(need.name))
      self:take_away(need.name)
    end
  end
end

--- Removes a package unless another needs it; returns whether it may be gone.
function Installer:remove(name)
  if not self.packages.installed[name] then return true, 0 end
  local dependents = self.packages:dependents(name)
  if #dependents > 0 and self.options.force_removal_of_dependent_packages then
    for _, package in ipairs(dependents) do self:remove(package.Package) end
  elseif #dependents > 0 and not self.options.force_depends then
    self.collect(("print_dependents_warning: Package %s is depended upon by packages:"):format(name))
    for _, package in ipairs(dependents) do self.collect("print_dependents_warning: \t" .. package.Package) end
    self.collect(("print_dependents_warning: These might cease to work if package %s is removed.\n"):format(name))
    self.collect("print_dependents_warning: Force removal of this package with --force-depends.")
    self.collect("print_dependents_warning: Force removal of this package and its dependents")
    self.collect("print_dependents_warning: with --force-removal-of-dependent-packages.")
    return false, 0
  end
  self:take_away(name)
  return true, 1
end

return Installer
