"""The map of personal data, said once: where a contact or a member of staff is, what they may see, what erasure does.

A test walks every table: a table is on the map or in NOBODY, a text column is in exactly one of the lists below it.
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
        ("region_id", "invited", "stopped_at", "confirmed_on", "basis", "basis_source", "basis_since"),
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
        "merging",
        N_("Merged records"),
        (Is("contact_id"), Is("lost_id")),
        ("lost_name", "merged_at", "merged_by", "undone_at"),
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
            Named(("content", "file_name", "corrections", "answers")),
        ),
        ("file_name", "region_id", "uploaded_at", "applied_at", "discarded_at"),
        Fate.NAMELESS,
        N_("The file is deleted as a whole; that there was an import stays known."),
        {"content": None, "corrections": {}, "answers": {}, "discarded_at": given_up},
        secret=("content", "corrections", "answers"),
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
        ("purpose", "reason", "since", "released_at"),
        Fate.KEPT,
        N_("A keyed hash, of which nobody can read an address. It keeps old lists from bringing it back."),
    ),
)

STAFF = (
    Place(
        "staff_user",
        N_("Account"),
        (Is("id"),),
        ("name", "email", "language", "is_active", "single_keys", "created_at"),
        secret=("password_hash",),
    ),
    Place("role_grant", N_("Roles"), (Is("user_id"),), ("role", "region_id")),
    Place(
        "sign_in_link",
        N_("Links to sign in"),
        (Is("user_id"),),
        ("expires_at", "used_at"),
        secret=("token_hash",),
    ),
    Place(
        "browser",
        N_("Browsers signed in"),
        (Is("user_id"),),
        ("description", "created_at", "expires_at"),
        secret=("token_hash",),
    ),
    Place("mailing", N_("Mailings started"), (Is("started_by"),), ("letter", "total", "started_at")),
    Place("signal", N_("Signals noted"), (Is("noted_by"),), ("title", "text", "created_at")),
    Place(
        "contact_upload",
        N_("Lists uploaded"),
        (Is("uploaded_by"),),
        ("file_name", "uploaded_at", "applied_at"),
        secret=("content", "corrections", "answers"),
    ),
    Place("invitation_answer", N_("Answers noted"), (Is("entered_by"),), ("answer", "at")),
    Place("incoming_mail", N_("Mail handled"), (Is("handled_by"),), ("kind", "received_at", "handled_at")),
    Place("publication", N_("Publications made"), (Is("published_by"),), ("title", "version", "published_at")),
    Place(
        "letter",
        N_("Letters sent"),
        (Mails("to_address"),),
        ("name", "to_address", "state", "queued_at", "accepted_at", "smtp_text"),
        secret=("return_token", "message_id", "key"),
    ),
    Place(
        "letter_payload",
        N_("Text of those letters"),
        (Of("letter_id", "letter.id"),),
        (),
        secret=("raw", "calendar"),
    ),
    Place("log_entry", N_("Logbook about this person"), (Is("subject_id"),), ("at", "verb", "actor_name", "facts")),
    Place("log_entry", N_("Logbook of own acts"), (Is("actor_id"),), ("at", "verb", "facts")),
)

NOBODY = {
    "region": "places and a shared mailbox",
    "attempt": "counts requests by source, for a day",
    "sending_pace": "how fast a mailbox of ours sends",
    "organisation": "an organisation and its shared mailbox and number",
    "organisation_region": "what lists say of an organisation",
    "organisation_apart": "two organisations",
    "theme": "the shared list",
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

WRITTEN: dict[str, tuple[str, ...]] = {
    "organisation": ("name", "aliases", "website", "email", "phone", "notes"),
    "contact": ("notes",),
    "affiliation": ("role", "department", "ended_because"),
    "membership": ("basis_source",),
    "alternative": ("value",),
    "join_request": ("message",),
    "bundle": ("title",),
    "signal": ("title", "text", "ask", "reason", "outcome", "question", "answer"),
    "service": (
        *("name_nl", "name_en", "description_nl", "description_en", "note_nl", "note_en"),
        *("phone", "email", "website"),
    ),
    "meeting": ("venue", "address", "organiser", "introduction", "introduction_en"),
    "invitation": ("reason", "colleague_name"),
    "invitation_answer": ("note", "colleague_name"),
    "agenda_item": ("title", "question", "presenter", "papers"),
    "attendance": ("name", "organisation_name"),
    "minutes": ("summary",),
    "block": ("text",),
    "action": ("text", "owner_name", "progress"),
    "publication": ("title", "content"),
    "erratum": ("text",),
    "summary_draft": ("introduction",),
    "incoming_mail": ("subject", "words"),
}
"""Texts that people write: a name in them is shown, and a person decides."""

RECORDED: dict[str, tuple[str, ...]] = {
    "organisation_region": ("listed",),
    "membership": ("listed",),
    "contact_upload": ("file_name", "corrections", "answers", "mapping"),
    "contact_import_change": ("before", "after"),
    "merging": ("steps", "lost_name"),
    "letter_payload": ("context", "calendar"),
    "letter_event": ("text",),
    "signal": ("not_names",),
    "service": ("not_names",),
    "log_entry": ("facts",),
}
"""Texts that the program keeps: an address, number or full name in them is taken out without asking."""

FOLLOWS: dict[str, tuple[str, ...]] = {"signal": ("search",)}
"""Texts that are made of written ones, and change along."""

LEFT_ALONE: dict[str, tuple[str, ...]] = {
    "region": ("slug", "name", "mail_address", "school_region", "timezone"),
    "theme": ("name_nl", "name_en", "definition_nl", "definition_en", "code"),
    "staff_user": ("email", "name", "language", "password_hash"),
    "sign_in_link": ("token_hash",),
    "browser": ("token_hash", "description", "region_slug"),
    "attempt": ("key",),
    "personal_link": ("token_hash",),
    "log_entry": ("actor_kind", "actor_name", "verb", "subject_kind"),
    "mailing": ("letter",),
    "letter": (
        *("key", "name", "to_address", "to_name", "language", "owner", "message_id", "return_token", "smtp_text"),
    ),
    "letter_payload": ("calendar_method", "raw"),
    "blocked": ("address_hash", "purpose", "reason"),
    "sending_pace": ("sender",),
    "incoming_mail": ("digest", "sender", "sender_name", "address", "delegate"),
    "organisation": ("name_key", "kvk", "street", "postcode", "place", "themes"),
    "contact": (
        *("title", "given_name", "infix", "family_name", "display_name", "sort_name", "search", "phone", "language"),
    ),
    "contact_address": ("email", "bounce_reason"),
    "contact_upload": ("file_hash", "content", "layout", "left_out", "totals"),
    "contact_import_change": ("table_name",),
    "join_request": ("name", "organisation", "role", "email", "language"),
    "merging": ("merged_by",),
    "alternative": ("field",),
    "signal": ("side_themes", "groups", "language"),
    "service": ("groups", "languages", "hours", "street", "postcode", "place"),
    "meeting": ("timezone", "online_link", "calendar_uid"),
    "invitation": ("colleague_email",),
    "invitation_answer": ("colleague_email",),
    "agenda_item": ("standing_key",),
    "block": ("client_key",),
    "publication": ("digest",),
    "publication_file": ("content",),
}
"""Codes, hashes and addresses of places; and what is another person's own, who may bear the same name."""
