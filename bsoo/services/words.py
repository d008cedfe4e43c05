"""What pages and exports call the parts of a service; source strings, translated where they are shown."""

from collections.abc import Sequence

from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.services.models import Standing, Where
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Words

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

EVERYBODY = N_("Everybody")


def for_whom(listed: Words, codes: Sequence[str], language: str = "") -> list[str]:
    """For whom, in words; everybody when no group is named."""
    return listed.names(Vocabulary.GROUP, codes, language) or [_(EVERYBODY)]


def groups_to_choose(listed: Words, also: Sequence[str] = ()) -> dict[str, str]:
    """The groups of the signals, so that need and offer can be laid side by side; of an offer it is always known."""
    return {code: name for code, name in listed.offered(Vocabulary.GROUP, also).items() if code != "unknown"}
