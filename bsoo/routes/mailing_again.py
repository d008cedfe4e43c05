"""Sending letters of a bulk mail again, with the risk of a double said before it is taken."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from bsoo.access.actor import Actor
from bsoo.access.policy import Permission
from bsoo.i18n import gettext as _
from bsoo.i18n import ngettext
from bsoo.mail import desk
from bsoo.mail.desk import Wanted
from bsoo.mail.models import Mailing, MailingState
from bsoo.mail.outbox import REFUSED
from bsoo.mail.words import GROUPS, LETTER_WORDS
from bsoo.meetings import again
from bsoo.meetings import mailings as actions
from bsoo.routes.edge import (
    UNTRIED,
    ReadDB,
    Staff,
    Tried,
    TypedForm,
    WriteDB,
    attempt,
    done,
    identifier,
    my_regions,
    path_to,
    render,
)
from bsoo.routes.mailing_page import chosen_letters

router = APIRouter()


@router.get("/postvak/zendingen/{mailing_id}/opnieuw")
def mailing_retry(request: Request, db: ReadDB, actor: Staff, mailing_id: str, toestand: str = "") -> Response:
    """What is about to go again, with the risk of a double said before it is taken."""
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    return _retry_page(request, db, actor, found, chosen_letters(request.query_params.getlist("brief")), toestand)


@router.post("/postvak/zendingen/{mailing_id}/opnieuw")
def mailing_retried(request: Request, db: WriteDB, actor: Staff, mailing_id: str, typed: TypedForm) -> Response:
    found = actions.mailing(db, actor, identifier(mailing_id), Permission.MANAGE_MAIL)
    chosen = chosen_letters(typed.all("brief"))
    with Tried(typed) as tried, attempt(db):
        number = actions.retry(db, actor, found, chosen)
    if tried.refusal:
        return _retry_page(request, db, actor, found, chosen, "", tried=tried)
    said = ngettext("%(num)s letter goes out again.", "%(num)s letters go out again.", number)
    if found.state is MailingState.PAUSED:
        said = _("They go out again as soon as the mailing goes on.")
    return done(request, path_to(request, "mailing", mailing_id=found.id), toast=said)


def _retry_page(
    request: Request,
    db: Session,
    actor: Actor,
    mailing: Mailing,
    chosen: Sequence[UUID],
    group: str,
    *,
    tried: Tried = UNTRIED,
) -> Response:
    states = GROUPS[group][1] if group in {"onbestelbaar", "onzeker"} else desk.AGAIN
    wanted = Wanted(states=states, mailing_id=mailing.id, ids=tuple(chosen) or None)
    chances = again.chances(db, actor, wanted)
    return render(
        request,
        "outbox/again.html",
        actor=actor,
        tried=tried,
        mailing=mailing,
        refused=[one for one in chances if not one.why_not and one.letter.state in REFUSED],
        unsure=[one for one in chances if not one.why_not and one.letter.state not in REFUSED],
        stuck=[one for one in chances if one.why_not],
        region_names={region.id: region.name for region in my_regions(request)},
        letter_words=LETTER_WORDS,
    )
