"""What nobody may read in a service: a person as its contact or in its texts, an address that is confidential."""

import re
from uuid import UUID

from sqlmodel import Session, col, select

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission, require
from bsoo.errors import Refused
from bsoo.i18n import gettext as _
from bsoo.registry.models import Address, Contact, Organisation
from bsoo.services.facts import Facts
from bsoo.services.models import Where
from bsoo.signals import guard, guarding
from bsoo.text import fold

_TELLING = 4
"""Letters that a word of an address needs before its mention gives the address away."""
_WORDS = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[.+_-]")


def refuse_persons(db: Session, actor: Actor, region_id: UUID, organisation: Organisation, facts: Facts) -> None:
    """Clients find a shared mailbox and a number of the organisation; public texts name nobody."""
    require(actor, Permission.EDIT_REGISTRY, region_id)
    network = guarding.known(db, actor, [region_id])
    if facts.email and _is_personal(db, facts, organisation, network):
        raise Refused(_("This looks like the address of a person. Give a shared mailbox, such as info@."), "email")
    if facts.phone and facts.phone != organisation.phone and _rings_at_a_person(db, facts.phone):
        raise Refused(_("This is the number of a person in the network. Give a number of the organisation."), "phone")
    if facts.is_public:
        guarding.refuse(facts.texts, network, facts.not_names)
    refuse_confidential_address(facts)


def refuse_confidential_address(facts: Facts) -> None:
    """An address that nobody may know does not stand in a text beside it either."""
    if facts.found_at is not Where.CONFIDENTIAL:
        return
    secret = {word for word in _words(facts.street) if len(word) >= _TELLING} | {"".join(_words(facts.postcode))}
    for field, text in facts.texts.items():
        if secret & ({*_words(text), *map("".join, zip(_words(text), _words(text)[1:], strict=False))} - {""}):
            raise Refused(_("This text gives the confidential address away. Leave it out here."), field)


def _words(text: str) -> list[str]:
    return _WORDS.findall(fold(text))


def _is_personal(db: Session, facts: Facts, organisation: Organisation, network: guard.Known) -> bool:
    """Somebody's own address in the network; or one that is not shared by its name, nor called after what it is for."""
    owner = select(Contact.is_role_mailbox).join(Address, col(Address.contact_id) == Contact.id)
    own = db.exec(owner.where(Address.email == facts.email)).first()
    if own is not None:
        return not own
    first = _BETWEEN.split(fold(facts.email.partition("@")[0]))[0]
    called_after = {*_words(facts.name_nl), *_words(facts.name_en), *_words(organisation.name)}
    return first not in called_after and bool(guard.hard(guard.findings(facts.email, network)))


def _rings_at_a_person(db: Session, phone: str) -> bool:
    numbers = select(Contact.phone).where(
        col(Contact.is_role_mailbox).is_(False), col(Contact.phone) != "", col(Contact.phone).contains(phone[:15])
    )
    theirs = {number for known in db.exec(numbers) for number in known.split(", ")}
    return bool(theirs & set(phone.split(", ")))
