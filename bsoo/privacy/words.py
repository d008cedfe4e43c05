"""The words of the map: what columns are called, and what codes mean, on the page that somebody gets of their data."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from babel.dates import format_date, format_datetime

from bsoo import clock
from bsoo.i18n import N_, language
from bsoo.i18n import gettext as _
from bsoo.meetings.words import reason_in_words
from bsoo.privacy import codes
from bsoo.privacy.places import Fate
from bsoo.registry.words import FIELDS

FATES = {
    Fate.DELETED: (N_("deleted"), "trash-2", "neg"),
    Fate.NAMELESS: (N_("without the name"), "eye-off", "warn"),
    Fate.KEPT: (N_("stays"), "lock", ""),
}
"""Word, icon and tone of what erasure does."""

COLUMNS = {
    "accepted": N_("Accepted"),
    "accepted_at": N_("Sent on"),
    "actor_name": N_("By"),
    "agreed_text_id": N_("Text agreed to"),
    "affiliation_id": N_("Position"),
    "after": N_("After"),
    "answer": N_("Answer"),
    "answered_at": N_("Answered on"),
    "applied_at": N_("Imported on"),
    "ask": N_("What is asked"),
    "asked": N_("What it looks for"),
    "asked_at": N_("Asked on"),
    "at": N_("When"),
    "basis": N_("Basis"),
    "basis_since": N_("Basis since"),
    "basis_source": N_("Source of the basis"),
    "before": N_("Before"),
    "bounce_reason": N_("Why mail did not arrive"),
    "bounced_at": N_("Mail does not arrive since"),
    "colleague_email": N_("E-mail of the colleague"),
    "colleague_name": N_("Colleague"),
    "confirmed_on": N_("Confirmed on"),
    "created_at": N_("Made on"),
    "decided_at": N_("Decided on"),
    "department": N_("Department"),
    "description": N_("Browser"),
    "discarded_at": N_("Stopped on"),
    "display_name": N_("Name"),
    "due_on": N_("Before"),
    "email": N_("E-mail"),
    "ended_because": N_("Remark"),
    "ended_on": N_("Until"),
    "expires_at": N_("Works until"),
    "facts": N_("More"),
    "field": N_("What"),
    "file_name": N_("File"),
    "handled_at": N_("Handled on"),
    "invited": N_("Is invited"),
    "invited_at": N_("Invited on"),
    "is_accepted": N_("Taken over"),
    "is_active": N_("Can sign in"),
    "is_used": N_("In use"),
    "kind": N_("Kind"),
    "language": N_("Language"),
    "left_on": N_("Left on"),
    "letter": N_("Letter"),
    "lost_name": N_("Other name"),
    "made_at": N_("Made on"),
    "mailing_id": N_("Mailing"),
    "meeting_id": N_("Meeting"),
    "merged_at": N_("Merged on"),
    "merged_by": N_("Merged by"),
    "message": N_("Message"),
    "name": N_("Name"),
    "note": N_("Remark"),
    "noted_at": N_("Noted on"),
    "notes": N_("Notes"),
    "number": N_("How many"),
    "online": N_("Online"),
    "organisation": N_("Organisation"),
    "organisation_id": N_("Organisation"),
    "outcome": N_("Outcome"),
    "phone": N_("Telephone"),
    "presence": N_("Was there"),
    "progress": N_("Progress"),
    "published_at": N_("Published on"),
    "purpose": N_("For"),
    "quarter": N_("Quarter"),
    "question": N_("Question back"),
    "queued_at": N_("Written on"),
    "proof": N_("Proof of lifting"),
    "reason": N_("Reason"),
    "received_at": N_("Received on"),
    "region_id": N_("Region"),
    "released_at": N_("Lifted on"),
    "remark": N_("Remark"),
    "reminded_at": N_("Reminded on"),
    "revoked_at": N_("Closed on"),
    "role": N_("Role"),
    "said_at": N_("Said on"),
    "sender": N_("From"),
    "sender_name": N_("Name of the sender"),
    "shared": N_("Colleagues see it too"),
    "since": N_("Since"),
    "single_keys": N_("Keys as shortcuts"),
    "smtp_text": N_("What the mail server said"),
    "started_at": N_("Begun on"),
    "started_on": N_("From"),
    "state": N_("State"),
    "status": N_("Takes part as"),
    "stopped_at": N_("No invitations since"),
    "subject": N_("Subject"),
    "submitted_at": N_("Sent on"),
    "successor_email": N_("E-mail of who comes after"),
    "successor_name": N_("Who comes after"),
    "table_name": N_("Part of the registry"),
    "text": N_("Text"),
    "text_en": N_("Text in English"),
    "text_nl": N_("Text in Dutch"),
    "theme": N_("Theme"),
    "title": N_("Title"),
    "to_address": N_("To"),
    "total": N_("Letters"),
    "undone_at": N_("Undone on"),
    "until": N_("Until"),
    "updated_at": N_("Changed on"),
    "uploaded_at": N_("Uploaded on"),
    "used_at": N_("Used on"),
    "value": N_("Said"),
    "verb": N_("What happened"),
    "version": N_("Version"),
    "via": N_("By way of"),
    "what": N_("What"),
    "why": N_("Why"),
    "words": N_("Text"),
    "year": N_("Year"),
}

TEXTS = {
    "organisation": N_("About an organisation"),
    "contact": N_("Notes about somebody else"),
    "affiliation": N_("Somebody else's position"),
    "membership": N_("Where somebody else's basis comes from"),
    "purpose_basis": N_("Where somebody else's basis comes from"),
    "alternative": N_("What was said of somebody else"),
    "join_request": N_("A request to take part"),
    "bundle": N_("Signals together"),
    "signal": N_("A signal"),
    "service": N_("A service"),
    "meeting": N_("A meeting"),
    "invitation": N_("Somebody else's invitation"),
    "invitation_answer": N_("Somebody else's answer"),
    "agenda_item": N_("The agenda"),
    "attendance": N_("Who was there"),
    "minutes": N_("The minutes in brief"),
    "block": N_("A line of the minutes"),
    "action": N_("An action"),
    "publication": N_("A publication; its PDF and check sum are made again"),
    "erratum": N_("A correction beside a publication"),
    "summary_draft": N_("The introduction of a summary"),
    "incoming_mail": N_("Somebody else's mail"),
    "left_notice": N_("What somebody else said when they left"),
    "letter_text": N_("The text of a letter"),
    "saved_list": N_("The name of a saved list"),
}
"""Where a name was found, by table."""


def label(column: str) -> str:
    return _(COLUMNS[column])


def shown(table: str, column: str, value: object, names: Mapping[object, str]) -> str:
    """A value as somebody reads it; `names` tells what ids and codes of other tables are called."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, dict):
        pairs = ((_called(table, key), shown(table, key, one, names)) for key, one in value.items())
        return ", ".join(f"{word}: {said}" for word, said in pairs if word and said)
    if isinstance(value, list):
        return ", ".join(shown(table, column, one, names) for one in value)
    if (table, column) == ("invitation", "reason"):
        value = reason_in_words(str(value))
    return codes.meaning(table, column, str(value)) or names.get(value) or names.get(_id(value)) or str(value)


def _called(table: str, key: str) -> str:
    """A key of a fact in the logbook, or a column of a row as it was; columns that only the program knows have none."""
    word = COLUMNS.get(key) or FIELDS.get(key)
    return _(word) if word else key if table == "log_entry" else ""


def _id(value: object) -> object:
    """Rows that are kept as JSON hold the ids of others as texts."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _day(value: date) -> str:
    locale = {"nl": "nl_NL", "en": "en_GB"}[language()]
    if isinstance(value, datetime):
        return format_datetime(value.astimezone(clock.ZONE), "d MMMM y HH:mm", locale=locale)
    return format_date(value, "d MMMM y", locale=locale)
