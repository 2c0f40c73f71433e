# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the kernel's table of USB devices (debugfs, usb/devices) says for each way to plug in.

The layout of the records is that of the kernel's drivers/usb/core/devices.c.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Composition(StrEnum):
    """How the stick presents itself on the bus."""

    NCM = "ncm"
    CDC_NCM = "cdc_ncm"
    STORAGE = "storage"
    HILINK = "hilink"
    DRIVERLESS = "driverless"
    ABSENT = "absent"

    @property
    def has_drivers(self) -> bool:
        """Whether the drivers are bound that bring a control device and a network device."""
        return self in (Composition.NCM, Composition.CDC_NCM)

    @property
    def has_wdm(self) -> bool:
        """Whether /dev/cdc-wdm* exists: the plain cdc_ncm driver brings none."""
        return self is Composition.NCM


@dataclass(frozen=True)
class Interface:
    """One alternate setting of an interface; `triple` is class/subclass/protocol in hexadecimal."""

    number: int
    triple: str
    name: str
    driver: str
    endpoints: tuple[str, ...]
    alternate: int = 0
    active: bool = True


@dataclass(frozen=True)
class _Device:
    product_id: str
    release: str
    product: str
    serial: str
    device_class: str
    interfaces: tuple[Interface, ...]


_CLASS_NAMES = {"02": "comm.", "08": "stor.", "0a": "data ", "ff": "vend."}
_BULK = ("81(I) Atr=02(Bulk) MxPS= 512 Ivl=0ms", "01(O) Atr=02(Bulk) MxPS= 512 Ivl=0ms")

_ROOT_HUB = """\
T:  Bus=01 Lev=00 Prnt=00 Port=00 Cnt=00 Dev#=  1 Spd=480  MxCh= 2
B:  Alloc=  0/800 us ( 0%), #Int=  0, #Iso=  0
D:  Ver= 2.00 Cls=09(hub  ) Sub=00 Prot=01 MxPS=64 #Cfgs=  1
P:  Vendor=1d6b ProdID=0002 Rev= 6.06
S:  Manufacturer=Linux 6.6.110 ehci_hcd
S:  Product=EHCI Host Controller
S:  SerialNumber=ehci-platform
C:* #Ifs= 1 Cfg#= 1 Atr=e0 MxPwr=  0mA
I:* If#= 0 Alt= 0 #EPs= 1 Cls=09(hub  ) Sub=00 Prot=00 Driver=hub
E:  Ad=81(I) Atr=03(Int.) MxPS=   4 Ivl=256ms
"""


def _numbered(first: int) -> tuple[str, ...]:
    return tuple(
        endpoint.replace("81", f"{0x80 + first:02x}").replace("01(O)", f"{first:02x}(O)")
        for endpoint in _BULK
    )


def _stick(at_driver: str, net_driver: str, storage_driver: str) -> _Device:
    interrupt = "82(I) Atr=03(Int.) MxPS=  16 Ivl=2ms"
    return _Device(
        product_id="1506",
        release=" 1.02",
        product="HUAWEI_MOBILE",
        serial="0123456789ABCDEF",
        device_class="00(>ifc )",
        interfaces=(
            Interface(0, "ff/02/12", "vend.", at_driver, _numbered(1)),
            Interface(1, "ff/02/16", "vend.", net_driver, (interrupt,), active=False),
            Interface(1, "ff/02/16", "vend.", net_driver, (interrupt, *_numbered(3)), alternate=1),
            Interface(2, "08/06/50", "stor.", storage_driver, _numbered(4)),
        ),
    )


_DEVICES: dict[Composition, _Device] = {
    Composition.NCM: _stick("option", "huawei_cdc_ncm", "usb-storage"),
    Composition.DRIVERLESS: _stick("(none)", "(none)", "(none)"),
    Composition.STORAGE: _Device(
        product_id="1f01",
        release=" 1.02",
        product="HUAWEI_MOBILE",
        serial="0123456789ABCDEF",
        device_class="00(>ifc )",
        interfaces=(Interface(0, "08/06/50", "stor.", "usb-storage", _numbered(1)),),
    ),
    Composition.HILINK: _Device(
        product_id="14db",
        release=" 1.02",
        product="HUAWEI_MOBILE",
        serial="",
        device_class="02(comm.)",
        interfaces=(
            Interface(
                0, "02/06/00", "comm.", "cdc_ether", ("81(I) Atr=03(Int.) MxPS=  16 Ivl=2ms",)
            ),
            Interface(1, "0a/00/00", "data ", "cdc_ether", (), active=False),
            Interface(1, "0a/00/00", "data ", "cdc_ether", _numbered(2), alternate=1),
            Interface(2, "08/06/50", "stor.", "usb-storage", _numbered(3)),
        ),
    ),
    Composition.CDC_NCM: _Device(
        product_id="155e",
        release=" 1.02",
        product="HUAWEI_MOBILE",
        serial="0123456789ABCDEF",
        device_class="00(>ifc )",
        interfaces=(
            Interface(0, "ff/03/12", "vend.", "option", _numbered(1)),
            Interface(1, "02/0d/00", "comm.", "cdc_ncm", ("82(I) Atr=03(Int.) MxPS=  16 Ivl=2ms",)),
            Interface(2, "0a/00/01", "data ", "cdc_ncm", (), active=False),
            Interface(2, "0a/00/01", "data ", "cdc_ncm", _numbered(3), alternate=1),
        ),
    ),
}


def table(composition: Composition) -> str:
    """The whole text of the table, root hub first."""
    device = _DEVICES.get(composition)
    return _ROOT_HUB if device is None else _ROOT_HUB + "\n" + _record(device)


def interfaces(composition: Composition) -> list[Interface]:
    """The interfaces as they are when the stick comes: each in its first alternate setting."""
    device = _DEVICES.get(composition)
    return [each for each in device.interfaces if each.alternate == 0] if device else []


def product_of(composition: Composition) -> str | None:
    """Vendor, product and release as uevents write them (`12d1/1506/102`); None when absent."""
    device = _DEVICES.get(composition)
    if device is None:
        return None
    release = int(device.release.replace(".", ""), 16)
    return f"12d1/{int(device.product_id, 16):x}/{release:x}"


def usbmode_listing(composition: Composition) -> str:
    """What `usbmode -l` says: only devices that still have something to be switched."""
    if composition is not Composition.STORAGE:
        return ""
    device = _DEVICES[composition]
    return (
        f'Found device: 12d1:{device.product_id} (Manufacturer: "HUAWEI_MOBILE", '
        f'Product: "{device.product}", Serial: "{device.serial}")\n'
    )


def _record(device: _Device) -> str:
    count = len({interface.number for interface in device.interfaces})
    lines = [
        "T:  Bus=01 Lev=01 Prnt=01 Port=00 Cnt=01 Dev#=  3 Spd=480  MxCh= 0",
        f"D:  Ver= 2.10 Cls={device.device_class} Sub=00 Prot=00 MxPS=64 #Cfgs=  1",
        f"P:  Vendor=12d1 ProdID={device.product_id} Rev={device.release}",
        "S:  Manufacturer=HUAWEI_MOBILE",
        f"S:  Product={device.product}",
    ]
    if device.serial:
        lines.append(f"S:  SerialNumber={device.serial}")
    lines.append(f"C:* #Ifs= {count} Cfg#= 1 Atr=80 MxPwr=  2mA")
    for interface in device.interfaces:
        lines += _interface_lines(interface)
    return "\n".join(lines) + "\n"


def _interface_lines(interface: Interface) -> list[str]:
    cls, sub, protocol = interface.triple.split("/")
    active = "*" if interface.active else " "
    head = (
        f"I:{active} If#= {interface.number} Alt= {interface.alternate} "
        f"#EPs= {len(interface.endpoints)} Cls={cls}({_CLASS_NAMES[cls]}) "
        f"Sub={sub} Prot={protocol} Driver={interface.driver}"
    )
    return [head, *(f"E:  Ad={endpoint}" for endpoint in interface.endpoints)]
