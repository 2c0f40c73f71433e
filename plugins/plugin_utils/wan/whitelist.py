# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The smallest domain that lets an operator's names through DNS rebind protection.

A whitelisted domain covers what is below it. Of `my.yota.ru` it is `yota.ru`, whose owner has other
such names; but `org.cn` or `duckdns.org` would let everybody's names through. Without a list of all
public suffixes only the plain cases are sure, and in all others it is the name itself.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PORTALS = _words(
    "account cabinet cap captive gateway lk login m mobile my pay portal selfcare start status wap "
    "welcome wifi"
)
"""First labels of names beside which an operator has others; nobody's customer is called so."""

_SECOND_LEVEL = _words(
    "ac ad adm aero arts asn assn asso biz blog club co com conf coop ed edu ernet est fin firm "
    "fm gen go gob gouv gov govt gr gub id idv in ind inf info int k12 kids lg ltd ltda maori me "
    "med mil mod msk muni museum name ne net nhs nic nom nov od or org parliament plc police pp "
    "press presse pro pub re sch school sci shop spb store tel tm tmp tv web"
)
"""Labels below a country that are public, such as co.uk and org.cn."""

_BY_PLACE_OR_TRADE = _words(
    "aero am ar at bd bj bo br ca ci ck cn cv cy ee er fi fk fr gp gu hk hr ht hu id im in ir it "
    "jm jp ke kh km kr la lk lv me mm museum na nf ng no np nz pg pl pr pro pt pw ro se sn st su "
    "tj tn tt tw tz ua us ve vn za"
)
"""Suffixes with public domains of any length (kawasaki.jp, oslo.no, seoul.kr, hotel.hu, riik.ee).

Those in other scripts (xn--...) have such ones as well.
"""

_SHARED = _words(
    "afraid.org amazonaws.com appspot.com asuscomm.com azurewebsites.net blogspot.com "
    "cloudfront.net ddns.net duckdns.org dynalias.com dyndns.info dyndns.org dynu.net dynv6.net "
    "firebaseapp.com fly.dev freeddns.org github.io gitlab.io herokuapp.com homeip.net hopto.org "
    "keenetic.link keenetic.name keenetic.pro localtest.me lvh.me mooo.com myfritz.net myftp.org "
    "myqnapcloud.com netlify.app ngrok.io nip.io noip.com no-ip.org onrender.com pages.dev "
    "plex.direct servehttp.com sslip.io sytes.net synology.me tplinkdns.com vercel.app web.app "
    "workers.dev zapto.org "
    "adygeya.ru bashkiria.ru dagestan.ru grozny.ru kalmykia.ru kustanai.ru marine.ru mordovia.ru "
    "mytis.ru nalchik.ru pyatigorsk.ru vladikavkaz.ru vladimir.ru "
    "cloudns.biz cloudns.cc cloudns.eu cloudns.org ddnsfree.com ddnsgeek.com ddnss.de dedyn.io "
    "dnsalias.com dnsalias.net dnsalias.org dnshome.de drayddns.com dreamhosters.com dyndns.biz "
    "dyndns.tv dyndns.ws dyndns-home.com eurodir.ru gotdns.com gotdns.org homedns.org homeftp.net "
    "homeftp.org homelinux.com homelinux.net homelinux.org homeunix.com homeunix.net homeunix.org "
    "myddns.rocks selfip.com selfip.info selfip.net selfip.org serveftp.net serveftp.org "
    "spdns.de trycloudflare.com webhop.biz webhop.info webhop.net webhop.org"
)
"""Domains whose names belong to anybody who asks for one."""


def domain_to_allow(name: str) -> str:
    """The domain to whitelist so that this name may have a private address."""
    host, _ignored, parent = name.lower().rstrip(".").partition(".")
    return parent if host in _PORTALS and _has_one_owner(parent) else name.lower().rstrip(".")


def _has_one_owner(domain: str) -> bool:
    labels = domain.split(".")
    if len(labels) < 2 or labels[-1] in _BY_PLACE_OR_TRADE or labels[-1].startswith("xn--"):
        return False
    if ".".join(labels[-2:]) in _SHARED:
        return False
    if labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2:
        return len(labels) > 2
    # Short ones are often public: uk.com, nsw.au, bj.cn.
    return len(labels[-2]) > 3
