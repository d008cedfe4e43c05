"""What somebody looks for in the network: the filters of the list, however an address, a form or a list names them."""

from dataclasses import dataclass
from uuid import UUID

GROUPS = ("", "invited", "not-invited", "guest", "past", "left")
LOOKS = ("bounced", "stale", "no-role", "silent", "no-show")
LANGUAGES = ("nl", "en")
SORTS = ("name", "organisation", "confirmed", "heard", "changed")
ORDERS = ("", *SORTS, *(f"-{one}" for one in SORTS))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for."""

    text: str = ""
    region_id: UUID | None = None
    group: str = ""
    """Empty for everybody who takes part and is there; or one of the other groups."""
    sectors: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    houses: tuple[UUID, ...] = ()
    """Organisations, each with all that is a part of it."""
    roles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    trust: tuple[str, ...] = ()
    """How sure we are of the record: good, look, poor."""
    look: tuple[str, ...] = ()
    """Details to look at: bounced, stale, no-role, silent, no-show."""
    order: str = ""
    """Empty for what fits best first, and by name when nothing was typed."""
    page: int = 1

    @property
    def filters(self) -> int:
        chosen = (self.sectors, self.themes, self.houses, self.roles, self.languages, self.trust, self.look)
        return sum(map(len, chosen))

    @property
    def narrows(self) -> bool:
        """Whether this leaves anybody out, beyond the region."""
        return bool(self.text.strip() or self.group or self.filters)
