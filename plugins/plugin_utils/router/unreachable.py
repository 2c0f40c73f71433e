# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to check when a router cannot be reached, by what ssh says."""

from __future__ import annotations

import re

from ansible.errors import AnsibleAuthenticationFailure

_LOGIN = (
    "The router refused the login. Check ansible_user, and the key "
    "(ansible_ssh_private_key_file; on the router /etc/dropbear/authorized_keys) or the password "
    "(ansible_password or --ask-pass, which need sshpass). dropbear also refuses a user whose "
    "shell in /etc/passwd is not listed in /etc/shells."
)
_KEY_CHANGED = (
    "The router's host key is not the known one. A router that was flashed again has new keys: "
    "then remove the old one with ssh-keygen -R; otherwise somebody else answers at this address."
)
_KEY_UNKNOWN = (
    "This controller has never seen the router's host key, and nobody was there to accept it. Set "
    "ansible_ssh_common_args: -o StrictHostKeyChecking=accept-new in the inventory to accept the "
    "key at the first contact and to refuse another one later, or log in once with ssh and compare "
    "the fingerprint with that of dropbearkey -y -f /etc/dropbear/dropbear_ed25519_host_key on the "
    "router."
)
_KEY_REVOKED = (
    "A known_hosts file of this controller says that the router's host key is revoked. Give the "
    "router new host keys, or remove the line that starts with @revoked."
)
_KEY_TOO_OLD = (
    "The router offers no host key of a kind that this controller accepts. dropbear of OpenWrt "
    "before 21.02 has ssh-rsa alone: upgrade the router, or allow that kind for it with "
    "ansible_ssh_common_args: -o HostKeyAlgorithms=+ssh-rsa."
)
_NOTHING_COMMON = (
    "The router and this controller have no way to encrypt in common. An old dropbear has old ways "
    "alone: upgrade the router, or allow one of those that it offers for it alone with "
    "ansible_ssh_common_args (-o KexAlgorithms=+..., -o Ciphers=+... or -o MACs=+...)."
)
_CLOSED = (
    "It was closed before the login, so nothing was done on the router. dropbear may just be "
    "starting or have too many logins open at a time, or something else answers at this port. Try "
    "again."
)
_NO_SSHPASS = (
    "Passwords for ssh need the program sshpass on the controller. Install it, or use a key."
)
_NO_ANSWER = (
    "Nothing answered. Is the router on and connected, is ansible_host its address? After the "
    "first boot it makes its host keys, which may take minutes."
)
_REFUSED = (
    "The router answers, but not on the SSH port. Is dropbear running, is ansible_port right, "
    "does the firewall let SSH in on this side?"
)
_BROKEN = (
    "The connection broke while the router was at work: it rebooted, lost its link or was told to "
    "drop it. Whether the task finished is not known; run it again, it starts from what it finds."
)

# The first that matches counts: ssh ends each kind of distrust with "Host key verification failed",
# and says no more where it could not ask because there is no terminal.
_ADVICE = (
    (r"REVOKED HOST KEY|host key .*revoked", _KEY_REVOKED),
    (r"REMOTE HOST IDENTIFICATION HAS CHANGED|host key mismatch", _KEY_CHANGED),
    (r"no matching host key type", _KEY_TOO_OLD),
    (r"no matching (key exchange|cipher|MAC|compression)", _NOTHING_COMMON),
    (r"Host key verification failed|host key is known for|authenticity of host", _KEY_UNKNOWN),
    (r"because Host Key checking is enabled", _KEY_UNKNOWN),
    (r"Permission denied|Invalid/incorrect password|Too many authentication failures", _LOGIN),
    (r"sshpass program", _NO_SSHPASS),
    (r"Connection refused", _REFUSED),
    (
        r"timed out|No route to host|Network is unreachable|resolve hostname|banner exchange",
        _NO_ANSWER,
    ),
    (r"(kex|ssh)_exchange_identification|Connection closed by \S+ port", _CLOSED),
    (r"closed by remote host|connection to \S+ closed|[Cc]onnection reset", _BROKEN),
    (r"Broken pipe|not responding|Data could not be sent", _BROKEN),
)

_DISTRUST = frozenset(
    {_KEY_CHANGED, _KEY_UNKNOWN, _KEY_REVOKED, _KEY_TOO_OLD, _NOTHING_COMMON, _LOGIN}
)


def advise(said: str) -> str:
    """`said` and what to check; just `said` when its words are not known."""
    for pattern, advice in _ADVICE:
        if re.search(pattern, said):
            return f"{said.rstrip().rstrip('.:')}. {advice}"
    return said


def is_refusal(error: Exception) -> bool:
    """Whether the host is there and one of the two sides does not trust the other."""
    return isinstance(error, AnsibleAuthenticationFailure) or any(
        re.search(pattern, str(error)) for pattern, advice in _ADVICE if advice in _DISTRUST
    )
