"""What each letter must be told: the facts that its words are filled with.

Dates and times are given as such; addresses inside the site are paths ("/u/…").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import NotRequired, TypedDict


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
