# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's uclient-fetch, which is its wget, and feeds that are fetched with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conformance.stand_in import Case, Outcome, Router, running

# A web server of what is in /feed, on port 80 of the router itself.
SERVER = r"""#!/bin/sh
read -r method path version
while read -r line && [ "${#line}" -gt 1 ]; do :; done
if [ -f "/feed$path" ]; then
    printf 'HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n' "$(wc -c < "/feed$path")"
    cat "/feed$path"
elif [ "$path" = /moved ]; then
    printf 'HTTP/1.0 302 Found\r\nLocation: /hello\r\n\r\n'
else
    printf 'HTTP/1.0 404 Not Found\r\n\r\n'
fi
"""
START = f"""
cat > /tmp/serve <<'END'
{SERVER}END
chmod +x /tmp/serve
echo hello > /feed/hello
nc -ll -p 80 -e /tmp/serve > /dev/null 2>&1 < /dev/null &
sleep 1
"""
NETWORK_ERROR, SERVER_ERROR = 4, 8
HTTP_FEEDS = {
    "24.10": "sed -i 's#file:///feed#http://127.0.0.1#' /etc/opkg/distfeeds.conf; opkg update",
    "25.12": "sed -i 's#file:///feed#http://127.0.0.1#' /etc/apk/repositories.d/distfeeds.list;"
    " apk update",
}
INSTALL = {"24.10": "opkg install picocom", "25.12": "apk add picocom"}


@pytest.fixture(scope="module", params=list(HTTP_FEEDS))
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def router(release: str) -> Iterator[Router]:
    with running("fetch", release=release) as started:
        started.shell(START)
        yield started


def answer(router: Router, script: str) -> Outcome:
    (outcome,) = router.run([Case(script)])
    return outcome


def test_wget_is_uclient_fetch(router: Router) -> None:
    assert router.shell("readlink -f /usr/bin/wget").strip() == "/bin/uclient-fetch"
    assert router.shell("wget -q -T 10 -O - http://127.0.0.1/hello") == "hello\n"


def test_a_redirection_is_followed(router: Router) -> None:
    assert router.shell("wget -qO- http://127.0.0.1/moved") == "hello\n"


def test_what_is_not_there_is_the_server_s_error(router: Router) -> None:
    outcome = answer(router, "uclient-fetch -O /tmp/x http://127.0.0.1/nothing")
    assert outcome.rc == SERVER_ERROR
    assert "HTTP error 404" in outcome.stderr


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://no.such.host.test/", "http://127.0.0.1:8099/"]
)
def test_refused_unknown_and_silent_hosts_are_network_errors(router: Router, url: str) -> None:
    silent = "sleep 9 | nc -l -p 8099 > /dev/null & sleep 1; "
    outcome = answer(router, f"{silent} wget -q -T 1 -O /tmp/x {url}")
    assert outcome.rc == NETWORK_ERROR


def test_feeds_can_be_fetched_by_http(router: Router, release: str) -> None:
    assert answer(router, HTTP_FEEDS[release]).rc == 0
    outcome = answer(router, INSTALL[release])
    assert outcome.rc == 0
    assert "Installing picocom" in outcome.stdout
