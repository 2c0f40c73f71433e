# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of modules that write: their changes go back unless they are confirmed."""

from __future__ import annotations


class ModuleDocFragment:
    """C(fleet.openwrt.guard), to be named before C(fleet.openwrt.attributes): the first word counts.

    plugin_utils/guard/policy.py has the same options as an argument spec.
    """

    DOCUMENTATION = r"""
attributes:
  action_group:
    description:
      - Use C(group/fleet.openwrt.router) in C(module_defaults) to set defaults for all modules of the collection, and
        C(group/fleet.openwrt.guarded) for the options O(confirm), O(confirm_wan), O(timeout), O(pending),
        O(interrupted) and O(lockout), which all modules that write take.
    support: full
    membership:
      - fleet.openwrt.router
      - fleet.openwrt.guarded
options:
  confirm:
    description:
      - What must be seen before a change stays. Until then the router keeps a copy of what was there before, and puts
        it back by itself when O(timeout) is over or when it is started anew, whatever became of the controller and of
        the link.
      - With V(reachable) the task logs in over a new connection once the services have taken up the change, and
        confirms it there.
      - With V(wan) the WAN must have come up besides, as O(confirm_wan) says.
      - With V(manual) the task ends with the change in place and not confirmed. Later tasks of the same run join it, until
        M(fleet.openwrt.confirm), or a person with the command that the task returns, confirms all of it.
      - With V(none) the change stays as soon as it has been applied, whether the router can still be reached or not. A
        step that fails is rolled back all the same.
      - A task that finds nothing to change has nothing to confirm. In check mode nothing is copied or armed.
      - A task that joins what M(fleet.openwrt.checkpoint) or an earlier task with V(manual) has left open does not
        confirm, whatever is said here.
    type: str
    default: reachable
    choices: [reachable, wan, manual, none]
  confirm_wan:
    description:
      - What O(confirm=wan) wants to see.
    type: dict
    suboptions:
      interface:
        description:
          - Name of the interface that must be up with an address.
        type: str
        default: wwan
      ping:
        description:
          - Addresses of which at least one must answer a ping through it.
        type: list
        elements: str
        default: []
  timeout:
    description:
      - Seconds that the router waits for the confirmation, counted from when everything has been applied, before it
        puts back what was there. From 5 to 86400.
    type: int
    default: 120
  pending:
    description:
      - What becomes of changes that somebody has made with C(uci) and not committed, in a package that must be written.
      - With V(refuse) the task fails before anything is written, and names the changed options.
      - With V(include) they are committed together with the task's own changes, which win where both set an option.
      - With V(discard) they are dropped when the package is written.
    type: str
    default: refuse
    choices: [refuse, include, discard]
  interrupted:
    description:
      - What the task does where it finds a transaction open that an earlier run has left. What is not confirmed may be
        gone in a moment, so that is not passed over even where nothing differs; in check mode it is a warning.
      - With V(refuse) it fails, changes nothing and says whose transaction that is.
      - With V(rollback) it has the router put back what was there before that transaction, and goes on from there.
    type: str
    default: refuse
    choices: [refuse, rollback]
  lockout:
    description:
      - What becomes of a change that would take from this very connection what carries it. A new connection can prove
        nothing about it, since a running server outlives its package; nobody could log in after the next restart.
      - That is to remove the package, program or init script of the SSH server in use, to disable or stop it, to remove
        or disable the interface by which the task came or the packages of its protocol, to remove the user's login
        shell, and to remove or empty C(authorized_keys), C(/etc/config/network), C(/etc/passwd) and the like.
      - With V(refuse) the task fails, changes nothing and says what depends on what. Of two SSH servers on a router the
        one that is not in use may go.
      - With V(accept) it is done all the same.
    type: str
    default: refuse
    choices: [refuse, accept]
"""
