"""The logbook of a contact or an organisation as sentences. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.logbook import Fact, LogEntry
from bsoo.mail.purpose_words import NAMES
from bsoo.registry.facts import NOW, WAS
from bsoo.registry.models import Basis, MemberStatus
from bsoo.registry.words import BASES, FIELDS, STATUSES
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Words


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, ready to be shown."""

    icon: str
    text: str
    at: datetime
    who: str
    merging_id: str = ""
    """The merge that this line tells of."""
    details: Sequence[tuple[str, str, str]] = ()
    """Per field what it was and what it became, where the logbook knows."""


_WORDS: dict[str, tuple[str, str]] = {
    "contact.added": ("user-plus", N_("Added to the network")),
    "contact.changed": ("pencil", N_("Changed: %(fields)s")),
    "contact.imported": ("file-up", N_("Changed by the list %(file)s: %(fields)s")),
    "contact.confirmed": ("badge-check", N_("Details confirmed")),
    "contact.takes-part": ("users", N_("Takes part otherwise")),
    "contact.first-contact": ("user-check", N_("Is the first contact at %(organisation)s")),
    "contact.not-successor": ("undo-2", N_("Does not take over the place after all")),
    "contact.to-invite": ("send", N_("Is invited from now on")),
    "contact.not-to-invite": ("minus", N_("Is not invited from now on")),
    "contact.left": ("log-out", N_("Has left %(organisation)s")),
    "contact.back": ("undo-2", N_("Is back at %(organisation)s")),
    "contact.proposed": ("pencil", N_("Proposed to change: %(fields)s")),
    "contact.proposal-left": ("minus", N_("Left as it was: %(fields)s")),
    "contact.says-left": ("log-out", N_("Says to have left")),
    "contact.unconfirmed": ("undo-2", N_("Confirmation taken back")),
    "contact.took-over": ("user-plus", N_("Took over the place of a colleague at %(organisation)s")),
    "contact.stopped": ("bell-off", N_("Wants no more invitations")),
    "contact.stopped-invitations": ("bell-off", N_("Wants no more invitations")),
    "contact.stopped-reminders": ("bell-off", N_("Wants no more reminders")),
    "contact.stopped-minutes": ("bell-off", N_("Wants no more minutes and publications by mail")),
    "contact.stopped-confirmations": ("bell-off", N_("Does not want to be asked whether the details are right")),
    "contact.resumed": ("undo-2", N_("Wants invitations again")),
    "contact.resumed-invitations": ("undo-2", N_("Wants invitations again")),
    "contact.resumed-reminders": ("undo-2", N_("Wants reminders again")),
    "contact.resumed-minutes": ("undo-2", N_("Wants minutes and publications by mail again")),
    "contact.resumed-confirmations": ("undo-2", N_("May be asked again whether the details are right")),
    "contact.unreachable": ("mail-x", N_("Mail to this person does not arrive")),
    "contact.reachable": ("undo-2", N_("Is written to again")),
    "contact.complained": ("flag", N_("Marked our mail as unwanted; gets no more invitations or publications")),
    "contact.away": ("clock", N_("Automatic answer: away until %(until)s")),
    "contact.wrote": ("mail", N_("Answered by mail")),
    "contact.link-sent": ("link", N_("Got the personal link again")),
    "contact.links-replaced": ("link", N_("Personal links replaced; the old ones are closed")),
    "contact.merged": ("merge", N_("Merged with a duplicate")),
    "contact.parted": ("undo-2", N_("Merge undone")),
    "organisation.merged": ("merge", N_("Merged with a duplicate")),
    "organisation.parted": ("undo-2", N_("Merge undone")),
    "organisation.added": ("plus", N_("Added to the network")),
    "organisation.no-first-contact": ("minus", N_("Has no first contact any more")),
    "organisation.changed": ("pencil", N_("Changed: %(fields)s")),
    "service.added": ("hand-helping", N_("Offers %(service)s")),
    "service.changed": ("pencil", N_("Changed what is known of %(service)s")),
    "service.checked": ("check", N_("%(service)s checked")),
    "service.ended": ("archive", N_("%(service)s has ended")),
    "service.back": ("undo-2", N_("%(service)s is back")),
}

VERBS = tuple(_WORDS)
"""Of the lines that have words."""

_OWN_NAMES = {
    "given_name": "name",
    "infix": "name",
    "family_name": "name",
    "confirmed_on": "confirmed",
    "ended_on": "left",
}
_MORE_FIELDS = {
    "notes": N_("Notes"),
    "aliases": N_("Other names"),
    "is_role_mailbox": N_("Shared mailbox"),
    "parent": N_("Part of"),
    "address": FIELDS["street"],
    "basis": N_("Basis"),
    "basis_source": N_("Source of the basis"),
    "basis_since": N_("Basis since"),
    "agreed_text": N_("Text agreed to"),
    **{str(purpose): name for purpose, (name, _what) in NAMES.items()},
}


_NOTHING = Words(())
_NOBODY: Mapping[UUID, str] = {}
LINES = 20
"""The newest of the logbook that a page shows."""
BIRTHS = ("contact.added", "organisation.added")
"""Lines that tell how it began."""


def lines(
    entries: Sequence[LogEntry],
    born: datetime,
    source: str = "",
    listed: Words = _NOTHING,
    names: Mapping[UUID, str] = _NOBODY,
) -> list[Line]:
    """The entries that have words, newest first; the last tells how it began, unless there are more before these.

    `names` are those of the people of an organisation: a line about one of them begins with the name.
    """
    told = [_of_person(entry, line(entry, listed), names) for entry in entries if entry.verb in _WORDS]
    if len(entries) < LINES and not any(entry.verb in BIRTHS and entry.subject_id not in names for entry in entries):
        told.append(beginning(born, source))
    return told


def beginning(born: datetime, source: str) -> Line:
    """How somebody, or an organisation, came in of whom the logbook does not say so: by a list, when we know which."""
    begin = _("Added to the network by the list %(file)s", file=source) if source else _("Added to the network")
    return Line("file-up" if source else "plus", begin, born, "")


def _of_person(entry: LogEntry, told: Line, names: Mapping[UUID, str]) -> Line:
    name = names.get(entry.subject_id)
    return replace(told, text=f"{name}: {told.text}") if name else told


def line(entry: LogEntry, listed: Words = _NOTHING) -> Line:
    """One entry in words."""
    icon, words = _WORDS[entry.verb]
    facts = {"fields": "", "file": "", "organisation": "", "service": "", **entry.facts}
    facts["fields"] = field_names(str(facts["fields"])) or _("nothing")
    merge = str(entry.facts.get("merge", ""))
    return Line(icon, _(words, **facts), entry.at, entry.actor_name, merge, _details(entry, listed))


def _details(entry: LogEntry, listed: Words) -> list[tuple[str, str, str]]:
    fields = [name.removeprefix(NOW) for name in entry.facts if name.startswith(NOW)]
    said = entry.facts.get
    was, now = ({one: _shown(one, said(when + one), listed) for one in fields} for when in (WAS, NOW))
    return [(field_names(field).capitalize(), was[field], now[field]) for field in fields]


def _shown(field: str, value: Fact, listed: Words) -> str:
    """A value as people read it."""
    if field == "sector":
        return listed.name(Vocabulary.SECTOR, str(value or ""))
    if field == "status" and value in list(MemberStatus):
        return _(STATUSES[MemberStatus(str(value))])
    if field == "basis" and value in list(Basis):
        return _(BASES[Basis(str(value))])
    if field == "language" and value in ("nl", "en"):
        return _("English") if value == "en" else _("Dutch")
    return str(value or "")


def field_names(codes: str) -> str:
    """The names of fields on the page, each once."""
    names = []
    for code in filter(None, codes.split(", ")):
        shown = _OWN_NAMES.get(code, code)
        names.append(_(FIELDS.get(shown) or _MORE_FIELDS.get(shown) or shown).lower())
    return ", ".join(dict.fromkeys(names))


def months_since(moment: date, today: date) -> int:
    """Whole months between two days."""
    return (today.year - moment.year) * 12 + today.month - moment.month - (today.day < moment.day)
