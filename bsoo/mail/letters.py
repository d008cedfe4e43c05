"""Every letter that exists, and what each must be told: a missing fact is found when it is queued, not when it is sent.

Dates and times are given as such and stored as text; addresses inside the site are paths ("/u/…").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, NamedTuple, NotRequired, TypedDict
from uuid import UUID

from bsoo.mail.purposes import stop_path


class MeetingFacts(TypedDict):
    """A meeting as a letter tells it; `page` is the public path, never a personal one."""

    on: date
    starts: time
    ends: time
    venue: str
    address: str
    page: str


class AgendaLine(TypedDict):
    """One item; `at` is its computed clock time."""

    at: time
    title: str
    minutes: NotRequired[int]
    presenter: NotRequired[str]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What any letter may carry."""

    called: str = ""
    """How the reader is greeted; empty means the whole name."""
    signed_by: str = ""
    """The coordinator under the letter; empty means the team of the region."""
    own_page: str = ""
    """Path of the reader's own page (/mijn/…), for the line at the foot."""
    stop: str = ""
    """Path where a POST stops these letters (RFC 8058) and a GET shows a page with a button."""
    wording: Mapping[str, str] | None = None
    """The edited text that holds for this letter; None is the one that comes with the product."""
    is_test: bool = False
    """Sent to whoever edits the text; it says so, and never counts."""


@dataclass(frozen=True, kw_only=True)
class Invitation(Facts):
    meeting: MeetingFacts
    page: str
    """The personal page (/u/…); the three below open it with that answer in front."""
    yes: str
    no: str
    colleague: str
    online: bool = False
    """Whether one can also come online."""
    introduction: str = ""
    agenda: list[AgendaLine] | tuple[()] = ()
    signals_until: date | None = None
    organisation: str = ""
    stands_in_for: str = ""
    """The colleague whose place the reader takes."""


@dataclass(frozen=True, kw_only=True)
class Reminder(Invitation):
    number: int = 1


@dataclass(frozen=True, kw_only=True)
class Agenda(Facts):
    meeting: MeetingFacts
    page: str
    agenda: list[AgendaLine]
    online_link: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerConfirmed(Facts):
    meeting: MeetingFacts
    page: str
    answer: str
    """on-site, online, no or colleague."""
    colleague_name: str = ""
    online_link: str = ""


@dataclass(frozen=True, kw_only=True)
class MeetingChanged(Facts):
    meeting: MeetingFacts
    before: MeetingFacts
    page: str
    asks_again: bool = False
    """Whether an earlier answer no longer holds."""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class MeetingCancelled(Facts):
    meeting: MeetingFacts
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Uninvited(Facts):
    meeting: MeetingFacts
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SignalReceived(Facts):
    title: str
    page: str


@dataclass(frozen=True, kw_only=True)
class SignalAccepted(Facts):
    title: str
    page: str
    meeting: MeetingFacts | None = None
    """The meeting on whose agenda it comes; without one it counts along."""


@dataclass(frozen=True, kw_only=True)
class SignalDeclined(Facts):
    title: str
    reason: str
    page: str


@dataclass(frozen=True, kw_only=True)
class SignalQuestion(Facts):
    title: str
    question: str
    page: str


@dataclass(frozen=True, kw_only=True)
class MinutesPublished(Facts):
    meeting: MeetingFacts
    page: str
    version: int = 1
    decisions: int = 0
    actions: int = 0
    erratum: str = ""
    """What a later version corrects."""


@dataclass(frozen=True, kw_only=True)
class OwnPage(Facts):
    page: str


@dataclass(frozen=True, kw_only=True)
class ConfirmDetails(Facts):
    """Once a year: is this still right?"""

    page: str
    organisation: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffSignIn(Facts):
    token: str
    name: str = ""
    minutes: int = 30
    """How long the link works."""


@dataclass(frozen=True, kw_only=True)
class SignalsOverdue(Facts):
    count: int
    page: str
    oldest_days: int = 0


@dataclass(frozen=True, kw_only=True)
class ContactsExpiring(Facts):
    count: int
    days: int
    page: str


@dataclass(frozen=True, kw_only=True)
class JoinRequest(Facts):
    name: str
    organisation: str
    email: str
    page: str
    role: str = ""
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class JoinReceived(Facts):
    organisation: str


@dataclass(frozen=True, kw_only=True)
class MailReceived(Facts):
    """To the coordinator's mailbox: somebody answered by mail, or complained."""

    name: str
    subject: str
    words: str
    page: str
    is_complaint: bool = False


@dataclass(frozen=True, kw_only=True)
class MailRefused(Facts):
    """To administrators: other servers refuse our mail because of how we send."""

    count: int
    words: str
    """One of those servers' own words."""
    page: str


@dataclass(frozen=True, kw_only=True)
class Publication(Facts):
    title: str
    page: str
    summary: str = ""
    version: int = 1
    erratum: str = ""


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
