"""From what a letter is made of to the bytes that are sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, select

from bsoo import i18n
from bsoo.i18n import gettext as _
from bsoo.mail.claims import Claimed
from bsoo.mail.letters import LETTERS
from bsoo.mail.message import Calendar, Envelope, assemble
from bsoo.mail.rendering import render
from bsoo.mail.signing import Signer, signer
from bsoo.regions import Region
from bsoo.settings import Settings


class Sender(NamedTuple):
    """Whom a letter comes from: the name and the role mailbox of its region."""

    region: str
    address: str

    @property
    def name(self) -> str:
        return f"BSOO {self.region}".strip()


@dataclass(frozen=True)
class Builder:
    """Builds the letters of this installation."""

    base_url: str
    mail_from: str
    senders: Mapping[UUID | None, Sender]
    signer: Signer | None = None

    def sender(self, letter: Claimed) -> Sender:
        return self.senders.get(letter.region_id) or Sender("", self.mail_from)

    def build(self, letter: Claimed) -> bytes:
        region = self.sender(letter).region
        rendered = render(
            letter.name, letter.to_name, letter.language, letter.context, base_url=self.base_url, region=region
        )
        message = assemble(self._envelope(letter), rendered, _calendar(letter))
        return self.signer.sign(message) if self.signer else message

    def _envelope(self, letter: Claimed) -> Envelope:
        sender = self.sender(letter)
        stop = str(letter.context.get("stop", ""))
        return Envelope(
            from_name=sender.name,
            from_address=sender.address,
            to_name=letter.to_name,
            to_address=letter.to_address,
            language=letter.language,
            message_id=letter.message_id,
            token=letter.return_token,
            date=letter.queued_at,
            stop_url=self.base_url + stop if stop else "",
            automatic=LETTERS[letter.name].answers,
        )


def make_builder(db: Session, settings: Settings) -> Builder:
    """Raises NoKey when letters must be signed and cannot be."""
    found = db.exec(select(Region.id, Region.name, Region.mail_address))
    senders: dict[UUID | None, Sender] = {
        region_id: Sender(name, address or settings.mail_from) for region_id, name, address in found
    }
    return Builder(settings.base_url, settings.mail_from, senders, signer(settings))


def _calendar(letter: Claimed) -> Calendar | None:
    if not letter.calendar:
        return None
    return Calendar(letter.calendar_method, letter.calendar, _file_name(letter.language))


@cache
def _file_name(language: str) -> str:
    with i18n.speaking(language):
        return _("meeting.ics")
