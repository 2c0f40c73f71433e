-- SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What apk prints when it is given no command.

return [==[
apk-tools 3.0.5, compiled for x86_64.

Usage: apk [<GLOBAL OPTIONS>...] COMMAND [<OPTIONS>...] [<ARGUMENTS>...]

Package installation and removal:
  add        Add or modify constraints in WORLD and commit changes
  del        Remove constraints from WORLD and commit changes

System maintenance:
  fix        Fix, reinstall or upgrade packages without modifying WORLD
  update     Update repository indexes
  upgrade    Install upgrades available from repositories
  cache      Manage the local package cache

Querying package information:
  query      Query information about packages by various criteria
  list       List packages matching a pattern or other criteria
  policy     Show repository policy for packages
  search     Search for packages by name or description
  info       Give detailed information about packages or repositories

Repository and package maintenance:
  fetch      Download packages from repositories to a local directory
  manifest   Show checksums of package contents
  extract    Extract package file contents
  verify     Verify package integrity and signature

Miscellaneous:
  audit      Audit system for changes
  stats      Show statistics about repositories and installations
  version    Compare package versions or perform tests on version strings
  adbdump    Dump v3 files in textual representation

This apk has coffee making abilities.
For more information:
  https://openwrt.org/docs/guide-user/additional-software/apk
]==]
