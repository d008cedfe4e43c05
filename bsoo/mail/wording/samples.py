"""Made-up facts with which a text is shown while somebody edits it; its links open nothing."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import time, timedelta
from typing import Any

from bsoo import clock
from bsoo.i18n import gettext as _
from bsoo.mail.letter_facts import MeetingFacts
from bsoo.mail.letters import LETTERS
from bsoo.mail.wording.built_in import letter_of

NOWHERE = "/u/voorbeeld"

_VARIANT: dict[str, Callable[[str], Mapping[str, object]]] = {
    "answer_confirmed": lambda variant: {"answer": variant},
    "meeting_changed": lambda variant: {"asks_again": variant == "ask"},
    "signal_accepted": lambda variant: {} if variant == "agenda" else {"meeting": None},
    "mail_received": lambda variant: {"is_complaint": variant == "complaint"},
}

RARE = ("introduction", "stands_in_for", "erratum", "note")
"""Facts that most letters do not have; shown when somebody wants to see every paragraph."""


def sample(key: str, meeting: MeetingFacts | None = None, *, everything: bool = False) -> dict[str, Any]:
    """The facts of a letter, in the language in force. Any: each letter has facts of its own."""
    letter = letter_of(key)
    made = _made_up(meeting or _meeting())
    known = [one.name for one in fields(LETTERS[letter].facts) if one.name in made]
    facts = {name: made[name] for name in known if everything or name not in RARE}
    if letter in _VARIANT:
        facts |= _VARIANT[letter](key.partition(".")[2])
    return facts


def _made_up(meeting: MeetingFacts) -> dict[str, Any]:  # Any: each fact is of its own kind
    pages = dict.fromkeys(("page", "yes", "no", "colleague", "own_page", "stop"), NOWHERE)
    return pages | {
        "meeting": meeting,
        "before": {**meeting, "on": meeting["on"] - timedelta(days=7)},
        "online": True,
        "online_link": "https://video.example/overleg",
        "introduction": _("A few words of your own about this meeting."),
        "agenda": [
            {"at": time(13, 20), "title": _("Families in the night shelter"), "presenter": _("Shelter De Brug")},
            {"at": time(13, 50), "title": _("Paying in cash at the pharmacy"), "presenter": ""},
        ],
        "signals_until": meeting["on"] - timedelta(days=14),
        "organisation": _("Shelter De Brug"),
        "stands_in_for": "An de Wit",
        "colleague_name": "An de Wit",
        "answer": "on-site",
        "asks_again": True,
        "note": _("The hall is being painted that week."),
        "title": _("Paying in cash at the pharmacy"),
        "reason": _("This is about one person. Call us, so that we can think along."),
        "question": _("Do you see this at more pharmacies?"),
        "version": 2,
        "decisions": 2,
        "actions": 3,
        "erratum": _("The date of action 2 is 15 January."),
        "summary": _("Shelter is full, and cash is refused more often."),
        "token": "voorbeeld",
        "name": "An de Wit",
        "minutes": 30,
        "count": 3,
        "oldest_days": 9,
        "days": 30,
        "role": _("doctor"),
        "email": "an@brug.example",
        "message": _("We would like to take part."),
        "subject": _("Re: Invitation"),
        "words": _("May I come a little later?"),
        "is_complaint": False,
    }


def _meeting() -> MeetingFacts:
    return {
        "on": clock.today() + timedelta(days=18),
        "starts": time(13, 0),
        "ends": time(15, 30),
        "venue": "Buurthuis De Ankerplaats",
        "address": "Kadeplein 3",
        "page": "/",
    }
