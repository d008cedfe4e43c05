"""Where a contact is in the meetings: invitations, attendance, signals and actions."""

from bsoo.i18n import N_
from bsoo.privacy.places import Fate, Is, Mails, Of, Place

MEETINGS = (
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
)
