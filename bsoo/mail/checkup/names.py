"""What is published in DNS. Where DNS does not answer it says so at once, and is not asked again in the same run."""

import dns.exception
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.txtbase import TXTBase

SECONDS = 4.0


class Silent(Exception):
    """DNS does not answer from here."""


class NoSuchName(Exception):
    """There is no such name."""


class Names:
    """Asks a resolver: that of the machine, or the one that is given."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None, *, seconds: float = SECONDS) -> None:
        self._resolver, self._seconds = resolver, seconds
        self._is_silent = False

    def texts(self, name: str) -> list[str]:
        return [
            b"".join(one.strings).decode("utf-8", "replace")
            for one in self._ask(name, "TXT")
            if isinstance(one, TXTBase)
        ]

    def mail_servers(self, name: str) -> list[str]:
        """The hosts that take mail for a domain; a null MX (RFC 7505) is none."""
        hosts = [str(one.exchange).rstrip(".").lower() for one in self._ask(name, "MX") if isinstance(one, MX)]
        return [host for host in hosts if host]

    def addresses(self, name: str) -> list[str]:
        return [str(one) for kind in ("A", "AAAA") for one in self._ask(name, kind)]

    def _ask(self, name: str, kind: str) -> list[object]:
        """The answers; none when the name has no such record."""
        if self._is_silent:
            raise Silent
        try:
            if self._resolver is None:
                self._resolver = dns.resolver.Resolver()
            return list(self._resolver.resolve(name, kind, lifetime=self._seconds, search=False))
        except dns.resolver.NXDOMAIN as missing:
            raise NoSuchName(name) from missing
        except dns.resolver.NoAnswer:
            return []
        except (dns.exception.DNSException, OSError) as silence:
            self._is_silent = True
            raise Silent from silence
