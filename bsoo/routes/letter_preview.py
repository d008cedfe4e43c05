"""A letter as it would arrive, while it is edited: in a frame beside the form, or as a test in one's own mailbox."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import HTMLResponse, Response

from bsoo import clock
from bsoo.access.actor import Actor
from bsoo.access.names import colleagues
from bsoo.access.policy import Permission, may
from bsoo.i18n import gettext as _
from bsoo.i18n import language, speaking
from bsoo.mail import outbox, showing
from bsoo.mail.outbox import Draft, Recipient
from bsoo.mail.rendering import preview
from bsoo.mail.wording.built_in import Wording, letter_of
from bsoo.mail.wording.checking import mistakes
from bsoo.mail.wording.samples import sample
from bsoo.mail.wording.versions import Texts
from bsoo.meetings.next_up import next_up
from bsoo.registry.example_readers import ExampleReader, example_readers
from bsoo.routes.edge import ReadDB, Staff, TypedForm, WriteDB, settings, slow_down
from bsoo.routes.letter_places import At, at, wording_of
from bsoo.routes.mail import FRAME
from bsoo.templating import listed

router = APIRouter()

ADDRESS = "/brieven/{region}/{name}/{taal}"
SOMEBODY = "Samira El Idrissi"


@router.get(ADDRESS + "/voorbeeld")
def letter_preview(request: Request, db: ReadDB, actor: Staff, region: str, name: str, taal: str) -> Response:
    """The text that holds."""
    here = at(db, actor, region, name, taal)
    wording = Texts(db, [here.place[1]]).held(*here.place).wording
    return _frame(request, db, actor, here, wording, request.query_params)


@router.post(ADDRESS + "/voorbeeld")
def letter_preview_typed(
    request: Request, db: WriteDB, actor: Staff, region: str, name: str, taal: str, typed: TypedForm
) -> Response:
    """The text as it is typed; nothing is kept of it."""
    return _frame(request, db, actor, at(db, actor, region, name, taal), wording_of(typed), typed)


@router.post(ADDRESS + "/proef")
def letter_test(
    request: Request, db: WriteDB, actor: Staff, region: str, name: str, taal: str, typed: TypedForm
) -> Response:
    """The text as it is typed, to whoever types it and the colleagues they choose; it says that it is a test."""
    here, wording = at(db, actor, region, name, taal), wording_of(typed)
    if mistakes(name, taal, wording):
        return _frame(request, db, actor, here, wording, typed)
    slow_down(request, db, "letter-test", every=timedelta(minutes=1), burst=10)
    facts = {**_facts(db, actor, here, typed), "wording": wording._asdict(), "is_test": True}
    chosen = set(typed.all("aan"))
    team = [one for one in colleagues(db, actor, here.place[1]) if str(one.id) in chosen]
    to = [Recipient(actor.email, actor.name, taal), *(Recipient(one.email, one.name, taal) for one in team)]
    outbox.queue_many(
        db,
        [Draft(letter_of(name), one, f"{outbox.TEST}{clock.new_id()}", facts, here.place[1]) for one in to],
    )
    said = _("The test is on its way to %(names)s.", names=listed([one.address for one in to]))
    more = _("It says [Test] in its subject. It counts nowhere, and its links open nothing.")
    return _answer(showing.plain(said, more, language(), dark=_is_dark(typed)))


def readers_for(db: Session, actor: Actor, here: At, looked_for: str) -> list[ExampleReader]:
    """Who a letter may be shown for."""
    if not looked_for.strip() or not may(actor, Permission.VIEW_REGISTRY, here.place[1]):
        return []
    return example_readers(db, actor, here.place[1], looked_for[:100])


def _frame(
    request: Request, db: Session, actor: Actor, here: At, wording: Wording, options: Mapping[str, str]
) -> Response:
    wrong = mistakes(here.name, here.language, wording)
    if wrong:
        said = "\n".join(one.sentence for one in wrong)
        return _answer(showing.plain(_("This text cannot be sent yet"), said, language(), dark=_is_dark(options)))
    facts = _facts(db, actor, here, options) | {"wording": wording._asdict()}
    to = Recipient(actor.email, str(facts["called"] or SOMEBODY), here.language)
    region = here.region.name if here.region else "Amsterdam"
    made = preview(letter_of(here.name), to, facts, base_url=settings(request).base_url, region=region)
    if options.get("weergave") == "tekst":
        return _answer(showing.plain(made.subject, made.text, here.language, dark=False))
    return _answer(showing.page(made, dark=_is_dark(options)))


def _facts(db: Session, actor: Actor, here: At, options: Mapping[str, str]) -> dict[str, Any]:
    """Made-up facts, with the region's next meeting and the chosen reader. Any: each letter has facts of its own."""
    meeting = next_up(db, actor, here.region) if here.region else None
    with speaking(here.language):
        facts = sample(here.name, meeting, everything=bool(options.get("alles")))
    facts |= {"called": "", "signed_by": actor.name}
    for reader in readers_for(db, actor, here, options.get("voor", ""))[:1]:
        facts |= {"called": reader.called or reader.name}
        facts |= {"organisation": reader.organisation or facts["organisation"]} if "organisation" in facts else {}
    return facts


def _is_dark(options: Mapping[str, str]) -> bool:
    return options.get("weergave") == "donker"


def _answer(html: str) -> Response:
    return HTMLResponse(html, headers=FRAME)
