"""Who is acting: a member of staff, a contact with a personal link, the public, or the system itself."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from bsoo import text
from bsoo.access.models import Role


class ActorKind(StrEnum):
    """How an actor came in."""

    STAFF = "staff"
    CONTACT = "contact"
    PUBLIC = "public"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts. `grants` are (role, region) of staff; `region_ids` are the regions of a contact's own link."""

    kind: ActorKind
    id: UUID | None = None
    name: str = ""
    language: str = "nl"
    grants: tuple[tuple[Role, UUID | None], ...] = ()
    region_ids: frozenset[UUID] = field(default_factory=frozenset)
    email: str = ""
    single_keys: bool = True

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    @property
    def is_contact(self) -> bool:
        return self.kind is ActorKind.CONTACT

    @property
    def contact_id(self) -> UUID | None:
        """The contact, when the actor came by a personal link."""
        return self.id if self.is_contact else None

    @property
    def initials(self) -> str:
        return text.initials(self.name)


SYSTEM = Actor(ActorKind.SYSTEM, name="bsoo")
"""Jobs and the command line."""

PUBLIC = Actor(ActorKind.PUBLIC)
"""Anybody without a session or a link."""
