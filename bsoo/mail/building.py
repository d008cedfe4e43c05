"""From what a letter is made of to the bytes that are sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from bsoo import i18n
from bsoo.i18n import gettext as _
from bsoo.mail.ledger import Claimed
from bsoo.mail.letters import LETTERS
from bsoo.mail.message import Calendar, Envelope, assemble
from bsoo.mail.rendering import render
from bsoo.regions import Region, all_regions
from bsoo.settings import Settings


@dataclass(frozen=True)
class Builder:
    """Builds the letters of this installation."""

    base_url: str
    mail_from: str
    regions: Mapping[UUID, Region]

    def sender(self, letter: Claimed) -> tuple[str, str]:
        """The name and the role mailbox that a letter comes from: those of its region."""
        region = self.regions.get(letter.region_id) if letter.region_id else None
        return (f"BSOO {region.name}", region.mail_address or self.mail_from) if region else ("BSOO", self.mail_from)

    def build(self, letter: Claimed) -> bytes:
        region = self.regions.get(letter.region_id) if letter.region_id else None
        rendered = render(
            letter.name,
            letter.to_name,
            letter.language,
            letter.context,
            base_url=self.base_url,
            region=region.name if region else "",
        )
        return assemble(self._envelope(letter), rendered, _calendar(letter))

    def _envelope(self, letter: Claimed) -> Envelope:
        from_name, from_address = self.sender(letter)
        stop = str(letter.context.get("stop", ""))
        return Envelope(
            from_name=from_name,
            from_address=from_address,
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
    return Builder(settings.base_url, settings.mail_from, {region.id: region for region in all_regions(db)})


def _calendar(letter: Claimed) -> Calendar | None:
    if not letter.calendar:
        return None
    with i18n.speaking(letter.language):
        return Calendar(letter.calendar_method, letter.calendar, _("meeting.ics"))
