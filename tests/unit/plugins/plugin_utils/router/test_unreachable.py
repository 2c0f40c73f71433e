# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ssh says about routers that cannot be reached, word for word, and what to check then."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleAuthenticationFailure, AnsibleConnectionFailure

from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.unreachable import (
    advise,
    is_refusal,
)

_BANNER = "@    WARNING: {}    @\r\nHost key verification failed."


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ("root@192.0.2.1: Permission denied (publickey,password).", "ansible_user"),
        ("Invalid/incorrect password: Permission denied, please try again.", "ansible_password"),
        ("Received disconnect from 192.0.2.1: Too many authentication failures", "authorized_keys"),
        ("Host key verification failed.", "accept-new"),
        (
            "No ED25519 host key is known for 192.0.2.1 and you have requested strict checking.",
            "accept-new",
        ),
        ("The authenticity of host '192.0.2.1' can't be established.", "accept-new"),
        (_BANNER.format("REMOTE HOST IDENTIFICATION HAS CHANGED!"), "ssh-keygen -R"),
        (_BANNER.format("REVOKED HOST KEY DETECTED!"), "@revoked"),
        ("no matching host key type found. Their offer: ssh-rsa", "HostKeyAlgorithms"),
        ("no matching key exchange method found. Their offer: x-sha1", "KexAlgorithms"),
        ("no matching cipher found. Their offer: aes128-cbc", "Ciphers"),
        ("Using a SSH password is not possible because Host Key checking is enabled", "accept-new"),
        ("Connection closed by 192.0.2.1 port 22", "before the login"),
        ("kex_exchange_identification: read: Connection reset by peer", "before the login"),
        ("host key mismatch for 192.0.2.1", "ssh-keygen -R"),
        ("to use the password mechanism, you must install the sshpass program", "sshpass on the"),
        ("ssh: connect to host 192.0.2.1 port 22: Connection refused", "dropbear running"),
        ("ssh: connect to host 192.0.2.1 port 22: No route to host", "ansible_host"),
        ("ssh: connect to host 192.0.2.1 port 22: Connection timed out", "ansible_host"),
        ("ssh: Could not resolve hostname kiosk: Name or service not known", "ansible_host"),
        ("Connection timed out during banner exchange", "host keys, which may take minutes"),
        ("Connection to 192.0.2.1 closed by remote host.", "run it again"),
        ("Timeout, server 192.0.2.1 not responding.", "run it again"),
        ("client_loop: send disconnect: Broken pipe", "run it again"),
        ("Shared connection to 192.0.2.1 closed.", "run it again"),
    ],
)
def test_what_ssh_says_is_kept_and_followed_by_what_to_check(said: str, check: str) -> None:
    message = advise(f"Failed to connect to the host via ssh: {said}\r\n")
    assert message.startswith(f"Failed to connect to the host via ssh: {said.rstrip('.')}. ")
    assert check in message


def test_what_is_not_known_is_left_as_it_is() -> None:
    assert advise("muxclient: unknown fault\n") == "muxclient: unknown fault\n"


def test_only_a_changed_key_is_to_be_removed() -> None:
    assert "ssh-keygen -R" not in advise("Host key verification failed.")


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("root@192.0.2.1: Permission denied (publickey,password).", True),
        ("Host key verification failed.", True),
        (_BANNER.format("REMOTE HOST IDENTIFICATION HAS CHANGED!"), True),
        ("no matching host key type found. Their offer: ssh-rsa", True),
        ("no matching cipher found. Their offer: aes128-cbc", True),
        ("kex_exchange_identification: Connection closed by remote host", False),
        ("ssh: connect to host 192.0.2.1 port 22: Connection refused", False),
        ("Connection timed out during banner exchange", False),
        ("Connection to 192.0.2.1 closed by remote host.", False),
    ],
)
def test_a_refusal_is_told_from_a_router_that_is_not_there_yet(said: str, refused: bool) -> None:
    assert is_refusal(AnsibleConnectionFailure(advise(said))) is refused


def test_a_refusal_may_be_told_by_its_kind_alone() -> None:
    assert is_refusal(AnsibleAuthenticationFailure("no"))
