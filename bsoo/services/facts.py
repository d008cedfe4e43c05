"""What somebody types about a service, before it is checked."""

from collections.abc import Sequence
from dataclasses import dataclass

from bsoo.services.models import Standing, Where


@dataclass(frozen=True, slots=True)
class Facts:
    """A service as a form gives it: hours as text, codes not yet looked up."""

    name_nl: str
    name_en: str = ""
    description_nl: str = ""
    description_en: str = ""
    theme: str = "anders"
    groups: Sequence[str] = ()
    languages: Sequence[str] = ()
    hours: str = ""
    note_nl: str = ""
    note_en: str = ""
    found_at: Where = Where.NOWHERE
    street: str = ""
    postcode: str = ""
    place: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    is_public: bool = False
    standing: Standing = Standing.RUNNING
    not_names: Sequence[str] = ()

    @property
    def texts(self) -> dict[str, str]:
        """Everything that people read as text, by field."""
        return {
            "name_nl": self.name_nl,
            "name_en": self.name_en,
            "description_nl": self.description_nl,
            "description_en": self.description_en,
            "note_nl": self.note_nl,
            "note_en": self.note_en,
        }
