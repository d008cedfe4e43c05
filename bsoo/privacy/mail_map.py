"""Where a contact is in the mail, out and in."""

from sqlalchemy import ColumnElement, String, Table, case, cast, literal

from bsoo.i18n import N_
from bsoo.mail.models import LetterState
from bsoo.mail.outbox import WAITING
from bsoo.privacy.places import Fate, Is, Mails, Of, Place


def _other_key(table: Table) -> ColumnElement[str]:
    """A letter's key says whom it was for; another one that is just as unique takes its place."""
    return literal("erased:") + cast(table.c.id, String)


def _not_waiting(table: Table) -> ColumnElement[object]:
    return case(
        (table.c.state.in_([*WAITING]), literal(LetterState.CANCELLED, table.c.state.type)), else_=table.c.state
    )


MAIL = (
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
)
