"""Every letter that exists: what it must be told and was not is found when it is queued, not when it is sent."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any, NamedTuple
from uuid import UUID

from bsoo.mail.letter_facts import (
    Agenda,
    AnswerConfirmed,
    ConfirmDetails,
    ContactsExpiring,
    Facts,
    Invitation,
    JoinReceived,
    JoinRequest,
    MailReceived,
    MailRefused,
    MeetingCancelled,
    MeetingChanged,
    MeetingFacts,
    MinutesPublished,
    OwnPage,
    Publication,
    Reminder,
    SignalAccepted,
    SignalDeclined,
    SignalQuestion,
    SignalReceived,
    SignalsOverdue,
    StaffSignIn,
    Uninvited,
)
from bsoo.mail.purposes import stop_path


class Kind(NamedTuple):
    """A letter by name: its facts, what it serves (for the block list), and how machines should see it."""

    facts: type[Facts]
    purpose: str
    answers: bool = False
    """An automatic answer to what the reader just did (RFC 3834), not a letter to a list."""


LETTERS: dict[str, Kind] = {
    "invitation": Kind(Invitation, "meetings"),
    "reminder": Kind(Reminder, "meetings"),
    "agenda": Kind(Agenda, "meetings"),
    "meeting_changed": Kind(MeetingChanged, "meetings"),
    "meeting_cancelled": Kind(MeetingCancelled, "meetings"),
    "uninvited": Kind(Uninvited, "meetings"),
    "minutes_published": Kind(MinutesPublished, "publications"),
    "publication": Kind(Publication, "publications"),
    "answer_confirmed": Kind(AnswerConfirmed, "answers", answers=True),
    "signal_received": Kind(SignalReceived, "answers", answers=True),
    "signal_accepted": Kind(SignalAccepted, "answers"),
    "signal_declined": Kind(SignalDeclined, "answers"),
    "signal_question": Kind(SignalQuestion, "answers"),
    "own_page": Kind(OwnPage, "answers", answers=True),
    "links_replaced": Kind(OwnPage, "answers"),
    "confirm_details": Kind(ConfirmDetails, "confirmations"),
    "confirm_reminder": Kind(ConfirmDetails, "confirmations"),
    "join_received": Kind(JoinReceived, "answers", answers=True),
    "join_request": Kind(JoinRequest, "staff", answers=True),
    "mail_refused": Kind(MailRefused, "staff"),
    "mail_received": Kind(MailReceived, "staff", answers=True),
    "contacts_expiring": Kind(ContactsExpiring, "staff"),
    "signals_overdue": Kind(SignalsOverdue, "staff"),
    "staff_sign_in": Kind(StaffSignIn, "staff", answers=True),
}


def known_letters() -> list[str]:
    return sorted(LETTERS)


def stored(name: str, facts: Mapping[str, Any]) -> dict[str, object]:
    """The facts as they are kept: complete, with nothing unknown, and plain enough for JSON."""
    if name not in LETTERS:
        raise ValueError(f"there is no letter {name!r}")
    try:
        complete = LETTERS[name].facts(**facts)
    except TypeError as error:
        raise ValueError(f"letter {name!r}: {error}") from error
    for key in ("meeting", "before"):
        if facts.get(key) and not MeetingFacts.__required_keys__ <= facts[key].keys():
            raise ValueError(f"letter {name!r}: {key!r} lacks {MeetingFacts.__required_keys__ - facts[key].keys()}")
    return {key: _plain(value) for key, value in vars(complete).items()} | {"stop": stop_path(name, complete.stop)}


def _plain(value: object) -> object:
    if isinstance(value, str | int | float | None):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise ValueError(f"a letter cannot carry a {type(value).__name__}")
