"""What a sender's domain publishes for mail: MX, SPF, DKIM and DMARC, and the line to publish where one is missing."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from bsoo.mail.checkup import spf
from bsoo.mail.checkup.findings import Finding, Record, short
from bsoo.mail.checkup.names import Names, NoSuchName, Silent
from bsoo.mail.signing import NoKey, Signer, signer
from bsoo.settings import Settings

PROVIDERS = {
    "smtp.office365.com": "spf.protection.outlook.com",
    "smtp.gmail.com": "_spf.google.com",
    "smtp-relay.gmail.com": "_spf.google.com",
}
"""Well-known mail servers, and the record that lists all machines behind them."""

SHORTEST_KEY = 250
"""Bytes of a public key of 2048 bits; shorter ones are weak (RFC 8301)."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Which key signs our mail, as a mail that came back says."""

    domain: str
    selector: str


def key(settings: Settings) -> Iterator[Finding]:
    """What is wrong with the key that letters should be signed with."""
    try:
        signer(settings)
    except NoKey as mistake:
        facts = {"file": str(mistake.file), "words": mistake.words}
        yield Finding("dkim.unreadable" if mistake.words else "dkim.no-key", facts)


def look(
    names: Names, domain: str, server: str, own_host: str, signature: Signature | None, own: Signer | None = None
) -> Iterator[Finding]:
    """Everything of one domain; a single finding when DNS does not answer. `own` is the key that we sign with."""
    try:
        yield _mail_servers(names, domain)
        yield _spf(names, domain, server, own_host)
        yield _dkim(names, domain, Signature(own.domain, own.selector) if own else signature, own)
        yield _dmarc(names, domain)
    except Silent:
        yield Finding("dns.silent", {"domain": domain})
    except NoSuchName:
        yield Finding("mx.no-domain", {"domain": domain})


def _mail_servers(names: Names, domain: str) -> Finding:
    hosts = names.mail_servers(domain)
    if not hosts:
        return Finding("mx.none", {"domain": domain})
    return Finding("mx.ok", {"domain": domain, "hosts": ", ".join(hosts[:3])})


def _spf(names: Names, domain: str, server: str, own_host: str) -> Finding:
    found = spf.records(names, domain)
    mechanism = _mechanism(server, own_host)
    if not found:
        return Finding("spf.none", {"domain": domain}, Record(domain, f"v=spf1 {mechanism} ~all"))
    if len(found) > 1:
        return Finding("spf.several", {"domain": domain, "number": str(len(found))})
    reading = spf.read(names, domain, found[0], _addresses(names, server, own_host))
    facts = {"domain": domain, "record": short(found[0]), "mechanism": mechanism, "number": str(reading.lookups)}
    if reading.lookups > spf.MOST_LOOKUPS:
        return Finding("spf.too-many", facts)
    if reading.end in {"+all", "?all"}:
        return Finding("spf.open", facts)
    is_listed = reading.names_us or mechanism.removeprefix("include:") in reading.reached
    if not is_listed:
        return Finding("spf.not-us", facts, Record(domain, spf.with_mechanism(found[0], mechanism)))
    return Finding("spf.ok", facts)


def _dkim(names: Names, domain: str, signature: Signature | None, own: Signer | None) -> Finding:
    if signature is None:
        return Finding("dkim.unseen", {"domain": domain})
    name = f"{signature.selector}._domainkey.{signature.domain}"
    facts = {"domain": signature.domain, "name": name, "sender": domain}
    if not _are_one(signature.domain, domain):
        return Finding("dkim.elsewhere", facts)
    try:
        found = [_tags(text) for text in names.texts(name)]
    except NoSuchName:
        found = []
    key = next((tags["p"] for tags in found if "p" in tags), None)
    if own is not None and key != own.public:
        what = "unpublished" if key is None else "another"
        return Finding(f"dkim.{what}", facts, Record(name, own.record))
    if key is None:
        return Finding("dkim.none", facts)
    if not key:
        return Finding("dkim.withdrawn", facts)
    is_short = (
        next(tags for tags in found if tags.get("p") == key).get("k", "rsa") == "rsa" and _size(key) < SHORTEST_KEY
    )
    return Finding("dkim.weak" if is_short else "dkim.ok", facts)


def _dmarc(names: Names, domain: str) -> Finding:
    for name in _upwards(domain):
        try:
            found = [text for text in names.texts(f"_dmarc.{name}") if text.lower().startswith("v=dmarc1")]
        except NoSuchName:
            found = []
        if len(found) > 1:
            return Finding("dmarc.several", {"domain": name})
        if found:
            policy = _tags(found[0]).get("p", "").lower()
            facts = {"domain": name, "policy": policy or "–", "record": short(found[0])}
            if policy not in {"none", "quarantine", "reject"}:
                return Finding("dmarc.unclear", facts)
            return Finding("dmarc.watching" if policy == "none" else "dmarc.ok", facts)
    proposal = f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
    return Finding("dmarc.none", {"domain": domain}, Record(f"_dmarc.{domain}", proposal))


def _mechanism(server: str, own_host: str) -> str:
    """How a record names whoever sends our mail out."""
    if server in PROVIDERS:
        return f"include:{PROVIDERS[server]}"
    if _is_here(server):
        return f"a:{own_host}"
    try:
        return f"ip{ip_address(server).version}:{server}"
    except ValueError:
        return f"a:{server}"


def _addresses(names: Names, server: str, own_host: str) -> list[str]:
    host = own_host if _is_here(server) else server
    try:
        return [str(ip_address(host))]
    except ValueError:
        pass
    try:
        return names.addresses(host)
    except NoSuchName:
        return []


def _is_here(host: str) -> bool:
    """Whether mail leaves from this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _are_one(signed: str, sender: str) -> bool:
    """Whether a signature counts for the sender (DMARC, relaxed): one of them lies within the other."""
    one, other = signed.lower(), sender.lower()
    return one == other or other.endswith(f".{one}") or one.endswith(f".{other}")


def _upwards(domain: str) -> list[str]:
    """The domain, and those above it with at least two names: a receiver looks there too (RFC 7489, 6.6.3)."""
    labels = domain.split(".")
    return [".".join(labels[at:]) for at in range(len(labels) - 1)] or [domain]


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, sign, value in pairs if sign}


def _size(key: str) -> int:
    try:
        return len(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError):
        return 0
