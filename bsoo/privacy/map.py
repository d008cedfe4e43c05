"""The map of personal data of contacts, said once: where a contact is, what they may see, what erasure does.

A test walks every table: it is on this map, on that of staff, or in NOBODY. Columns of text are in text_map.py.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, String, Table, case, cast, func, literal, null

from bsoo import clock
from bsoo.i18n import N_
from bsoo.mail.models import LetterState
from bsoo.mail.outbox import WAITING
from bsoo.privacy.places import Fate, Hashed, Is, Mails, Named, Of, Place, Spans


def _other_key(table: Table) -> ColumnElement[str]:
    """A letter's key says whom it was for; another one that is just as unique takes its place."""
    return literal("erased:") + cast(table.c.id, String)


def given_up(table: Table) -> ColumnElement[datetime]:
    """A list that still waits for a decision cannot be imported any more without its file."""
    now = literal(clock.now(), table.c.discarded_at.type)
    return case((table.c.applied_at.is_(None), func.coalesce(table.c.discarded_at, now)), else_=table.c.discarded_at)


def _staff_only(table: Table) -> ColumnElement[object]:
    return case((table.c.actor_kind == "contact", null()), else_=table.c.actor_id)


def _not_waiting(table: Table) -> ColumnElement[object]:
    return case(
        (table.c.state.in_([*WAITING]), literal(LetterState.CANCELLED, table.c.state.type)), else_=table.c.state
    )


CONTACT = (
    Place(
        "contact",
        N_("Name and details"),
        (Is("id"),),
        ("title", "display_name", "phone", "language", "notes", "created_at", "updated_at"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "contact_address",
        N_("E-mail addresses"),
        (Is("contact_id"),),
        ("email", "is_used", "bounced_at", "bounce_reason"),
        Fate.DELETED,
        N_("Only a keyed hash stays, so that an old list does not bring the address back."),
    ),
    Place(
        "affiliation",
        N_("Positions"),
        (Is("contact_id"),),
        ("organisation_id", "role", "department", "started_on", "ended_on", "ended_because"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "membership",
        N_("Place in a region, and why we may write"),
        (Is("contact_id"),),
        ("region_id", "status", "invited", "stopped_at", "confirmed_on", "basis", "basis_source", "basis_since"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "organisation_region",
        N_("First contact of an organisation"),
        (Is("first_contact_id"),),
        ("organisation_id", "region_id"),
        Fate.NAMELESS,
        N_("That the organisation takes part stays known, without a first contact."),
        {"first_contact_id": None},
    ),
    Place(
        "mail_stop",
        N_("Mail that was stopped"),
        (Is("contact_id"),),
        ("purpose", "since"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "alternative",
        N_("Other details that were given"),
        (Is("contact_id"),),
        ("field", "value", "noted_at"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "many_change_row",
        N_("Changes to many at once"),
        (Is("contact_id"),),
        ("table_name", "before", "after"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "merging",
        N_("Merged records"),
        (Is("contact_id"), Is("lost_id")),
        ("lost_name", "merged_at", "merged_by", "undone_at"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "departure",
        N_("Departures, and who took the place"),
        (Is("contact_id"),),
        ("affiliation_id", "noted_at", "undone_at"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "departure",
        N_("Places taken of colleagues"),
        (Is("successor_id"),),
        ("affiliation_id", "noted_at"),
        Fate.NAMELESS,
        N_("That a colleague left stays known, without who took the place."),
        {"successor_id": None, "given": []},
    ),
    Place(
        "confirmation",
        N_("What was asked about the details"),
        (Is("contact_id"),),
        ("region_id", "asked_at", "reminded_at"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "proposal",
        N_("Changes of details that they proposed"),
        (Is("contact_id"),),
        ("field", "before", "after", "said_at", "decided_at", "is_accepted"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "left_notice",
        N_("Messages that they left"),
        (Is("contact_id"), Mails("successor_email")),
        ("left_on", "successor_name", "successor_email", "remark", "said_at", "decided_at"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "contact_apart",
        N_("Records noted as somebody else"),
        (Is("contact_id"), Is("other_id")),
        ("said_at",),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "personal_link",
        N_("Personal links"),
        (Is("contact_id"),),
        ("purpose", "created_at", "expires_at", "revoked_at"),
        Fate.DELETED,
        N_("They open nothing any more."),
        secret=("token_hash",),
    ),
    Place(
        "contact_import_change",
        N_("Changes by imported lists"),
        (Is("contact_id"),),
        ("table_name", "before", "after"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "contact_upload",
        N_("Imported lists with this person"),
        (
            Of("id", "contact_import_change.upload_id"),
            Spans("first_id", "last_id"),
            Named(("content", "file_name", "corrections", "answers", "words")),
        ),
        ("file_name", "region_id", "uploaded_at", "applied_at", "discarded_at"),
        Fate.NAMELESS,
        N_("The file is deleted as a whole; that there was an import stays known."),
        {"content": None, "corrections": {}, "answers": {}, "words": {}, "discarded_at": given_up},
        secret=("content", "corrections", "answers", "words"),
    ),
    Place(
        "join_request",
        N_("Request to take part"),
        (Mails("email"),),
        ("name", "organisation", "role", "email", "message", "asked_at", "decided_at", "accepted"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "invitation",
        N_("Invitations and answers"),
        (Is("contact_id"),),
        ("meeting_id", "reason", "answer", "answered_at", "colleague_name", "colleague_email", "invited_at"),
        Fate.NAMELESS,
        N_("Meetings that were held keep their numbers: somebody of the organisation was invited. Others are deleted."),
        {"colleague_name": "", "colleague_email": "", "reason": ""},
    ),
    Place(
        "invitation",
        N_("Invitations as a stand-in"),
        (Mails("colleague_email"),),
        ("meeting_id", "colleague_name", "colleague_email"),
        Fate.NAMELESS,
        N_("The answer is the colleague's; that it was this person who would come is removed."),
        {"colleague_name": "", "colleague_email": ""},
    ),
    Place(
        "invitation_answer",
        N_("Each answer as it came"),
        (Of("invitation_id", "invitation.id"), Mails("colleague_email")),
        ("answer", "via", "at", "note", "colleague_name", "colleague_email"),
        Fate.NAMELESS,
        N_("The answer counts; the words beside it are removed."),
        {"note": "", "colleague_name": "", "colleague_email": ""},
    ),
    Place(
        "attendance",
        N_("Attendance"),
        (Is("contact_id"),),
        ("meeting_id", "presence", "online", "noted_at"),
        Fate.NAMELESS,
        N_("It becomes a number: somebody of the organisation was there."),
        {"name": "", "organisation_name": ""},
    ),
    Place(
        "signal",
        N_("Signals shared"),
        (Is("contact_id"),),
        ("region_id", "submitted_at", "theme", "title", "text", "ask", "state", "question", "answer", "outcome"),
        Fate.NAMELESS,
        N_("What an organisation sees stays with its organisation and theme, without who wrote it."),
        {"contact_id": None},
    ),
    Place(
        "nothing_new",
        N_("Quarters with nothing new"),
        (Is("contact_id"),),
        ("region_id", "year", "quarter", "said_at"),
        Fate.NAMELESS,
        N_("It counts for the organisation, without who said it."),
        {"contact_id": None},
    ),
    Place(
        "action",
        N_("Actions promised"),
        (Is("owner_contact_id"),),
        ("meeting_id", "text", "due_on", "state", "progress"),
        Fate.NAMELESS,
        N_("The action stays with the organisation, or without anybody."),
        {"owner_contact_id": None, "owner_name": ""},
    ),
    Place(
        "letter",
        N_("Letters sent"),
        (Is("contact_id"), Mails("to_address")),
        ("name", "to_address", "state", "queued_at", "accepted_at", "smtp_text"),
        Fate.NAMELESS,
        N_("It counts in its mailing; to whom it went is removed, and one that still waits is not sent."),
        {
            "contact_id": None,
            "to_address": "",
            "to_name": "–",
            "smtp_text": "",
            "key": _other_key,
            "state": _not_waiting,
        },
        secret=("return_token", "message_id", "key"),
    ),
    Place(
        "letter_payload",
        N_("Text of those letters"),
        (Of("letter_id", "letter.id"),),
        (),
        Fate.DELETED,
        N_("It is about this person only."),
        secret=("raw", "calendar"),
    ),
    Place(
        "letter_event",
        N_("Course of those letters"),
        (Of("letter_id", "letter.id"),),
        ("at", "state", "text"),
        Fate.NAMELESS,
        N_("The other server's words may hold the address."),
        {"text": ""},
    ),
    Place(
        "mailing_left_out",
        N_("Mailings that left this person out"),
        (Is("contact_id"),),
        ("mailing_id", "why"),
        Fate.NAMELESS,
        N_("It counts in its mailing, without who it was."),
        {"contact_id": None},
    ),
    Place(
        "incoming_mail",
        N_("Mail received"),
        (Is("contact_id"), Of("letter_id", "letter.id"), Mails("sender"), Mails("address"), Mails("delegate")),
        ("kind", "sender", "sender_name", "subject", "words", "answer", "received_at"),
        Fate.NAMELESS,
        N_("That a mail came stays known. The mail itself is in the mailbox: delete it there."),
        {
            "contact_id": None,
            "sender": "",
            "sender_name": "",
            "subject": "",
            "address": "",
            "words": "",
            "delegate": "",
        },
    ),
    Place(
        "log_entry",
        N_("Logbook about this person"),
        (Is("subject_id"),),
        ("at", "verb", "actor_name", "facts"),
        Fate.DELETED,
        N_("It is about this person only."),
    ),
    Place(
        "log_entry",
        N_("Logbook of own acts"),
        (Is("actor_id"), Of("subject_id", "invitation.id")),
        ("at", "verb", "actor_name", "facts"),
        Fate.NAMELESS,
        N_("What was done stays known, without who did it."),
        {"actor_id": _staff_only},
    ),
    Place(
        "blocked",
        N_("Block list"),
        (Hashed("address_hash"),),
        ("purpose", "reason", "since", "until", "released_at", "proof"),
        Fate.KEPT,
        N_("A keyed hash, of which nobody can read an address. It keeps old lists from bringing it back."),
    ),
)

NOBODY = {
    "region": "places and a shared mailbox",
    "confirmation_rule": "a switch of a region",
    "log_seal": "keyed hashes of lines of the logbook, of which nobody can read one",
    "attempt": "counts requests by source, for a day",
    "sending_pace": "how fast a mailbox of ours sends",
    "mail_mark": "how far sending is",
    "mail_epoch": "since when the database did not crash",
    "retention_period": "how long a kind of record is kept",
    "organisation": "an organisation and its shared mailbox and number",
    "organisation_apart": "two organisations",
    "theme": "the shared list",
    "term": "a word of a shared list",
    "term_merge": "two words that became one, and the ids of the rows that held the one",
    "bundle": "a title over signals",
    "service": "what an organisation offers; shared mailboxes only",
    "meeting": "a day and a place",
    "agenda_item": "what is talked about",
    "minutes": "the short version of a meeting",
    "block": "lines of minutes",
    "publication_file": "the PDF of a publication, made again when its text changes",
    "erratum": "what changed in a publication",
    "summary_draft": "an introduction to figures",
}
"""Tables without rows about one contact or member of staff. Names that people write into them are found as texts."""
