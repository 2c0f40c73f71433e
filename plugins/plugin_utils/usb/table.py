# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hangs on a router's USB, from the kernel's own table or from sysfs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..errors import RouterError

USB_TABLE = "/sys/kernel/debug/usb/devices"

# Prints the facts that parse_sysfs reads, one `key=value` a line: `at=` opens a device, `if=` one
# of its interfaces, `node=` names a tty, a cdc-wdm or a network device that an interface brought.
# USB_SYSFS stands for the real folder in tests only. An attribute may vanish while it is read
# (the stick is being pulled), hence the silenced `read`.
SYSFS_SCRIPT = """\
usb_fact() {
    usb_value=
    { IFS= read -r usb_value <"$2"; } 2>/dev/null || :
    [ -z "$usb_value" ] || printf '%s=%s\\n' "$1" "$usb_value"
}
usb_interface() {
    printf 'if=%s\\n' "${1##*/}"
    for usb_key in bInterfaceNumber bInterfaceClass bInterfaceSubClass bInterfaceProtocol; do
        usb_fact "$usb_key" "$1/$usb_key"
    done
    if [ -e "$1/driver" ]; then
        usb_driver=$(readlink -f "$1/driver")
        printf 'driver=%s\\n' "${usb_driver##*/}"
    fi
    for usb_node in "$1"/net/* "$1"/usbmisc/* "$1"/tty/* "$1"/ttyUSB*; do
        [ ! -e "$usb_node" ] || printf 'node=%s\\n' "${usb_node##*/}"
    done
}
for usb_device in "${USB_SYSFS:-/sys/bus/usb/devices}"/*; do
    case "${usb_device##*/}" in *:* | '*') continue ;; esac
    printf 'at=%s\\n' "${usb_device##*/}"
    for usb_key in busnum devnum devpath speed idVendor idProduct bcdDevice \\
        manufacturer product serial authorized; do
        usb_fact "$usb_key" "$usb_device/$usb_key"
    done
    # Empty while the device has no configuration.
    [ ! -e "$usb_device/bConfigurationValue" ] || {
        usb_fact configuration "$usb_device/bConfigurationValue"
        [ -n "$usb_value" ] || echo configuration=0
    }
    # The interfaces of the root hub usb3 are named 3-0:*.
    usb_name=${usb_device##*/}
    case "$usb_name" in usb*) usb_name=${usb_name#usb}-0 ;; esac
    for usb_part in "${usb_device%/*}/$usb_name":*; do
        [ ! -e "$usb_part" ] || usb_interface "$usb_part"
    done
done
"""

_PAIR = re.compile(r"([#A-Za-z]+#?)=\s*([^\s=]+)")
_DRIVER = re.compile(r"Driver=(.*)$")
_HEX = re.compile(r"[0-9A-Fa-f]{1,8}")
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class UsbInterface:
    """One interface of a device; class codes are numbers, `nodes` are names without `/dev/`.

    `active` says that the device's running configuration uses it. Only sysfs tells `nodes`.
    """

    number: int
    cls: int
    subclass: int
    protocol: int
    driver: str | None
    active: bool
    nodes: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Class, subclass and protocol as the kernel's table writes them: `ff/02/16`."""
        return f"{self.cls:02x}/{self.subclass:02x}/{self.protocol:02x}"


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """One device: `port` counts from 0, `speed` is in Mbit/s, ids are lower-case hex digits.

    `off` is a device that is kept off the bus (authorized 0) or has no configuration: the kernel
    gives its interfaces no driver. `place` is its name in sysfs, such as `1-1`; only sysfs tells.
    """

    bus: int
    port: int
    device: int
    speed: str
    vendor: str
    product: str
    revision: str
    manufacturer: str | None
    product_name: str | None
    serial: str | None
    interfaces: tuple[UsbInterface, ...]
    off: bool = False
    place: str | None = None

    @property
    def id(self) -> str:
        """Vendor and product id as `12d1:1506`."""
        return f"{self.vendor}:{self.product}"


def parse(text: str) -> tuple[UsbDevice, ...]:
    """Read /sys/kernel/debug/usb/devices (the kernel's drivers/usb/core/devices.c writes it).

    Of a device with several configurations only the active one counts; if none is active, the
    first, with every interface marked inactive. Each interface number counts once: the alternate
    setting in use, else the last one. Raises RouterError on a record that lacks its ids.
    """
    return tuple(_device(record) for record in _records(text))


def parse_sysfs(text: str) -> tuple[UsbDevice, ...]:
    """Read what SYSFS_SCRIPT printed. Raises RouterError on a device whose ids are unreadable.

    A device that has no ids at all was unplugged while it was read: it is no longer there.
    """
    records = _blocks(_facts(text), "at")
    return tuple(_sysfs_device(record) for record in records if not _has_gone(record))


# --- the kernel's table -------------------------------------------------------------------------


def _records(text: str) -> Iterator[list[str]]:
    """The lines of each device; a device begins with its topology line."""
    record: list[str] = []
    for line in text.split("\n"):
        if line.startswith("T:") and record:
            yield record
            record = []
        if line.startswith("T:") or (record and line.strip()):
            record.append(line)
    if record:
        yield record


def _device(record: list[str]) -> UsbDevice:
    topology = _pairs(record[0])
    ids: Mapping[str, str] = {}
    texts: dict[str, str] = {}
    for line in record:
        if line.startswith("P:"):
            ids = _pairs(line)
        elif line.startswith("S:"):
            # Free text, which may itself hold `=`: everything after the first one is the value.
            name, _ignored, value = line[2:].strip().partition("=")
            texts[name] = value.strip()
    return UsbDevice(
        bus=_decimal(topology, "Bus"),
        port=_decimal(topology, "Port"),
        device=_decimal(topology, "Dev#"),
        speed=topology.get("Spd", ""),
        vendor=_id(ids, "Vendor", record[0]),
        product=_id(ids, "ProdID", record[0]),
        revision=ids.get("Rev", ""),
        manufacturer=texts.get("Manufacturer") or None,
        product_name=texts.get("Product") or None,
        serial=texts.get("SerialNumber") or None,
        interfaces=_distinct(_configured(record)),
        off=_idle(record),
    )


def _idle(record: list[str]) -> bool:
    """True if none of the device's configurations is marked as the running one."""
    marks = [line.startswith("C:*") for line in record if line.startswith("C:")]
    return bool(marks) and not any(marks)


def _configured(record: list[str]) -> list[UsbInterface]:
    """All alternate settings of the configuration that counts."""
    configurations: list[tuple[bool, list[UsbInterface]]] = []
    for line in record:
        if line.startswith("C:"):
            configurations.append((line.startswith("C:*"), []))
        elif line.startswith("I:"):
            if not configurations:
                configurations.append((True, []))
            running, settings = configurations[-1]
            settings.append(_interface(line, running))
    for running, settings in configurations:
        if running:
            return settings
    return configurations[0][1] if configurations else []


def _interface(line: str, running: bool) -> UsbInterface:
    pairs = _pairs(line)
    driver = _DRIVER.search(line)
    return UsbInterface(
        number=_decimal(pairs, "If#"),
        cls=_code(pairs, "Cls"),
        subclass=_code(pairs, "Sub"),
        protocol=_code(pairs, "Prot"),
        driver=_driver(driver[1] if driver else ""),
        active=running and line.startswith("I:*"),
    )


def _distinct(settings: Iterable[UsbInterface]) -> tuple[UsbInterface, ...]:
    chosen: dict[int, UsbInterface] = {}
    for setting in settings:
        earlier = chosen.get(setting.number)
        if earlier is None or setting.active or not earlier.active:
            chosen[setting.number] = setting
    return tuple(chosen[number] for number in sorted(chosen))


def _pairs(line: str) -> dict[str, str]:
    """`key=value` pairs of a line; values are padded with blanks on the left (`Rev= 1.02`)."""
    return dict(_PAIR.findall(line.partition(":")[2]))


def _driver(name: str) -> str | None:
    name = name.strip()
    return None if name in ("", "(none)") else name


# --- sysfs --------------------------------------------------------------------------------------


def _facts(text: str) -> list[tuple[str, str]]:
    split = (line.partition("=") for line in text.split("\n"))
    return [(key, value.strip()) for key, equals, value in split if equals]


def _blocks(facts: Iterable[tuple[str, str]], opener: str) -> list[list[tuple[str, str]]]:
    """Group facts by the key that opens a block; what comes before the first one is dropped."""
    blocks: list[list[tuple[str, str]]] = []
    for key, value in facts:
        if key == opener:
            blocks.append([])
        if blocks:
            blocks[-1].append((key, value))
    return blocks


def _has_gone(record: list[tuple[str, str]]) -> bool:
    return not {"idVendor", "idProduct"} <= {key for key, _value in record}


def _sysfs_device(record: list[tuple[str, str]]) -> UsbDevice:
    parts = _blocks(record, "if")
    own = dict(record[: len(record) - sum(len(part) for part in parts)])
    revision = own.get("bcdDevice", "")
    return UsbDevice(
        bus=_decimal(own, "busnum"),
        port=_sysfs_port(own.get("devpath", "")),
        device=_decimal(own, "devnum"),
        speed=own.get("speed", ""),
        vendor=_id(own, "idVendor", own["at"]),
        product=_id(own, "idProduct", own["at"]),
        revision=f"{revision[:2].lstrip('0') or '0'}.{revision[2:]}" if revision else "",
        manufacturer=own.get("manufacturer"),
        product_name=own.get("product"),
        serial=own.get("serial"),
        interfaces=_distinct(_sysfs_interface(part) for part in parts),
        off=own.get("authorized") == "0" or own.get("configuration") == "0",
        place=own["at"],
    )


def _sysfs_interface(facts: list[tuple[str, str]]) -> UsbInterface:
    values = dict(facts)
    return UsbInterface(
        number=_code(values, "bInterfaceNumber"),
        cls=_code(values, "bInterfaceClass"),
        subclass=_code(values, "bInterfaceSubClass"),
        protocol=_code(values, "bInterfaceProtocol"),
        driver=_driver(values.get("driver", "")),
        # sysfs shows no interface of a configuration that is not running.
        active=True,
        # A directory named `tty` or `net` can hold what has just been matched by another glob.
        nodes=tuple(dict.fromkeys(value for key, value in facts if key == "node")),
    )


def _sysfs_port(devpath: str) -> int:
    """The port that the kernel's table counts from 0; sysfs counts from 1 (`1.2` is port 1)."""
    last = devpath.rpartition(".")[2]
    return max(int(last) - 1, 0) if _NUMBER.fullmatch(last) else 0


# --- values -------------------------------------------------------------------------------------


def _decimal(pairs: Mapping[str, str], key: str) -> int:
    value = pairs.get(key, "")
    return int(value) if _NUMBER.fullmatch(value) else 0


def _code(pairs: Mapping[str, str], key: str) -> int:
    """A hexadecimal code, without the name that the kernel puts behind it (`ff(vend.)`)."""
    found = _HEX.match(pairs.get(key, ""))
    return int(found[0], 16) if found else 0


def _id(pairs: Mapping[str, str], key: str, where: str) -> str:
    value = pairs.get(key, "")
    if not re.fullmatch(r"[0-9A-Fa-f]{4}", value):
        raise RouterError(f"The USB device at '{where.strip()}' has no readable {key}: {value!r}.")
    return value.lower()
