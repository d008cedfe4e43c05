"""What somebody looks for in the network: the filters of the list, however an address, a form or a list names them."""

from dataclasses import dataclass
from uuid import UUID

from bsoo.registry.models import Sector

GROUPS = ("", "invited", "not-invited", "guest", "past", "left")
LOOKS = ("bounced", "stale", "no-role", "silent")
LANGUAGES = ("nl", "en")
ORDERS = ("", "name", "-name", "organisation", "-organisation", "confirmed", "-confirmed", "changed", "-changed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for."""

    text: str = ""
    region_id: UUID | None = None
    group: str = ""
    """Empty for everybody who takes part and is there; or one of the other groups."""
    sectors: tuple[Sector, ...] = ()
    themes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    look: tuple[str, ...] = ()
    """Details to look at: bounced, stale, no-role, silent."""
    order: str = ""
    """Empty for what fits best first, and by name when nothing was typed."""
    page: int = 1

    @property
    def filters(self) -> int:
        return len(self.sectors) + len(self.themes) + len(self.roles) + len(self.languages) + len(self.look)

    @property
    def narrows(self) -> bool:
        """Whether this leaves anybody out, beyond the region."""
        return bool(self.text.strip() or self.group or self.filters)
