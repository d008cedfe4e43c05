"""The only door to time and chance, so that tests and rules can hold them still."""

import secrets
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
"""The wall clock of the regions; every stored moment is UTC."""


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _instant()


def _instant() -> datetime:
    # Apart from now(), because tables keep now() itself as the default of their columns.
    return datetime.now(UTC)


def today() -> date:
    """The date on the wall in the regions."""
    return now().astimezone(ZONE).date()


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562, 5.7): sorted by birth in milliseconds, 74 bits of chance."""
    milliseconds = int(now().timestamp() * 1000)
    chance = secrets.randbits(74)
    high, low = chance >> 62, chance & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def new_token() -> str:
    """An unguessable text of 256 bits for an address or a cookie."""
    return secrets.token_urlsafe(32)
