"""Which text somebody looks at: its region (or all of them), its name and its language, from the address."""

from typing import NamedTuple

from fastapi import Request
from sqlmodel import Session

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, may, require
from bsoo.errors import NotFound
from bsoo.i18n import LANGUAGES
from bsoo.mail.letter_groups import OF_NO_REGION
from bsoo.mail.wording.built_in import Wording, keys, letter_of
from bsoo.mail.wording.versions import Place
from bsoo.regions import Region
from bsoo.routes.edge import Typed, my_regions, path_to, region_or_404

EVERYWHERE = "alle"
"""The word in the address for the texts of all regions together."""


class At(NamedTuple):
    """The text that somebody looks at; without a region it is that of all of them."""

    region: Region | None
    name: str
    language: str

    @property
    def place(self) -> Place:
        return self.name, self.region.id if self.region else None, self.language

    @property
    def slug(self) -> str:
        return self.region.slug if self.region else EVERYWHERE


def region_at(db: Session, actor: Actor, slug: str) -> Region | None:
    """Coordinators edit for their region, administrators for all together as well."""
    if slug == EVERYWHERE:
        require(actor, Permission.ADMINISTER)
        return None
    return region_or_404(db, actor, slug, Permission.MANAGE_MAIL)


def at(db: Session, actor: Actor, slug: str, name: str, language: str) -> At:
    if name not in keys() or language not in LANGUAGES or (slug != EVERYWHERE and letter_of(name) in OF_NO_REGION):
        raise NotFound
    return At(region_at(db, actor, slug), name, language)


def my_letter_regions(request: Request, actor: Actor) -> list[Region]:
    return [one for one in my_regions(request) if may(actor, Permission.MANAGE_MAIL, one.id)]


def wording_of(typed: Typed) -> Wording:
    """A text as it was typed, on as many lines as it has."""
    subject, text, button = (typed.get(name, "") for name in ("subject", "text", "button"))
    return Wording(" ".join(subject.split()), text.strip("\n").rstrip(), " ".join(button.split()))


def url_of(request: Request, here: At, route: str = "letter_text", **more: object) -> str:
    return path_to(request, route, region=here.slug, name=here.name, taal=here.language, **more)
