"""What pages and exports call the parts of a service; source strings, translated where they are shown."""

from babel import Locale

from bsoo import i18n
from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.services.models import Standing, Where
from bsoo.signals.models import Group
from bsoo.signals.words import GROUPS as AFFECTED

GROUPS = {group: word for group, word in AFFECTED.items() if group is not Group.UNKNOWN}
"""For whom: the groups of the signals, so that need and offer can be laid side by side."""

WHERE = {
    Where.VISIT: (N_("At this address"), N_("Everybody may know it.")),
    Where.CONFIDENTIAL: (N_("At a confidential address"), N_("Only staff see it. It is in no export.")),
    Where.NOWHERE: (N_("No address"), N_("By telephone, online or at people's homes.")),
}

STANDINGS = {
    Standing.RUNNING: N_("Running"),
    Standing.PAUSED: N_("Closed for some time"),
    Standing.ENDED: N_("Ended"),
}

LANGUAGES = (
    "nl", "en", "fr", "es", "pt", "ar", "ti", "am", "om", "so", "fa", "ps", "ur", "ku", "tr", "ru", "uk", "pl", "ka",
    "hy", "sq", "zh", "vi", "id", "tl", "hi", "bn", "pa", "ne", "tw", "ha", "ig", "yo", "wo", "ln", "sw",
)  # fmt: skip
"""Languages that services in the network are given in (ISO 639-1)."""


def language_name(code: str, reader: str = "") -> str:
    """A language in the words of a reader: Tigrinya, Arabisch."""
    return str(Locale(reader or i18n.language()).languages.get(code, code))


def groups(codes: list[str]) -> list[str]:
    """For whom, in words; everybody when no group is named."""
    known = [_(word) for group, word in GROUPS.items() if group.value in codes]
    return known or [_("Everybody")]
