"""The map of personal data of contacts, said once: where a contact is, what they may see, what erasure does.

What is in the network, the meetings and the mail has a file each; what spans them is here. A test walks every table: it
is on this map, on that of staff, or in NOBODY. Columns of text are in text_map.py.
"""

from sqlalchemy import ColumnElement, Table, case, null

from bsoo.i18n import N_
from bsoo.privacy.mail_map import MAIL
from bsoo.privacy.meetings_map import MEETINGS
from bsoo.privacy.network_map import NETWORK
from bsoo.privacy.places import Fate, Hashed, Is, Of, Place


def _staff_only(table: Table) -> ColumnElement[object]:
    return case((table.c.actor_kind == "contact", null()), else_=table.c.actor_id)


CONTACT = (
    *NETWORK,
    *MEETINGS,
    *MAIL,
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
