"""SPF (RFC 7208): whether a domain lets our mail server send for it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from bsoo.mail.checkup.names import Names, NoSuchName

MOST_LOOKUPS = 10
"""More makes the record void (RFC 7208, 4.6.4)."""

_ASKS = ("include", "a", "mx", "ptr", "exists", "redirect")
_TERM = re.compile(r"^([+?~-]?)([a-z0-9]+)(?:[:=]([^/]*))?(/.*)?$")


@dataclass(slots=True)
class Reading:
    """What a record came to."""

    lookups: int = 0
    names_us: bool = False
    end: str = ""
    """-all, ~all, ?all or +all; empty when it says nothing of the rest."""
    reached: set[str] = field(default_factory=set)
    """The domains whose records count along."""


def records(names: Names, domain: str) -> list[str]:
    return [text for text in names.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]


def read(names: Names, domain: str, record: str, ours: Iterable[str], *, reading: Reading | None = None) -> Reading:
    """Follow a record as a receiver would, as far as ten questions."""
    reading = reading if reading is not None else Reading()
    is_first = not reading.reached
    reading.reached.add(domain.lower())
    for term in record.split()[1:]:
        match = _TERM.match(term.lower())
        if match is None:
            continue
        sign, kind, value, _width = match.groups()
        if kind == "all":
            reading.end = f"{sign or '+'}all" if is_first or reading.end == "redirect" else reading.end
            continue
        reading.lookups += kind in _ASKS
        if reading.lookups > MOST_LOOKUPS:
            return reading
        if kind in {"include", "redirect"} and value and value not in reading.reached:
            _follow(names, value, ours, reading, is_instead=kind == "redirect")
        elif sign in {"", "+"}:
            reading.names_us |= _matches(names, kind, value or domain, term, ours)
    return reading


def with_mechanism(record: str, mechanism: str) -> str:
    """The record with one more sender, before what it says of the rest."""
    terms = record.split()
    at = next((place for place, term in enumerate(terms) if term.lstrip("+?~-").lower() == "all"), len(terms))
    return " ".join([*terms[:at], mechanism, *terms[at:]])


def _follow(names: Names, domain: str, ours: Iterable[str], reading: Reading, *, is_instead: bool) -> None:
    try:
        found = records(names, domain)
    except NoSuchName:
        return
    if is_instead and not reading.end:
        reading.end = "redirect"
    for record in found[:1]:
        read(names, domain, record, ours, reading=reading)


def _matches(names: Names, kind: str, value: str, term: str, ours: Iterable[str]) -> bool:
    if kind in {"ip4", "ip6"}:
        try:
            network = ip_network(term.partition(":")[2], strict=False)
        except ValueError:
            return False
        return any(ip_address(one) in network for one in ours)
    if kind not in {"a", "mx"}:
        return False
    try:
        hosts = [value] if kind == "a" else names.mail_servers(value)
        return any(set(ours) & set(names.addresses(host)) for host in hosts)
    except NoSuchName:
        return False
