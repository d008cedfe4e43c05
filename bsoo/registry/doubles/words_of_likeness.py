"""The reasons why two records look alike, as words on the page. Pure."""

from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.registry.doubles.likeness import Reason
from bsoo.registry.values import shown_phone

_WORDS: dict[str, str] = {
    "same-name": N_("same name"),
    "turned-name": N_("same names in another order"),
    "same-family": N_("same family name, one without a given name"),
    "same-given": N_("same given name, another family name"),
    "initials": N_("initials fit the name"),
    "spelling": N_("names that are spelled almost the same"),
    "rare-name": N_("a name that few people have"),
    "same-mailbox": N_("shared mailbox of the same name (%(value)s)"),
    "same-organisation": N_("both at %(value)s"),
    "has-left": N_("one of the two has left %(value)s"),
    "near-organisation": N_("organisations with almost the same name"),
    "same-postcode": N_("same postcode (%(value)s)"),
    "same-mobile": N_("same mobile number (%(value)s)"),
    "same-phone": N_("same telephone number (%(value)s)"),
    "near-address": N_("addresses that differ by one letter"),
    "same-local": N_("same address before the @"),
    "same-domain": N_("both write from %(value)s"),
    "near-domain": N_("domains that look alike (%(value)s)"),
    "same-house-name": N_("same name"),
    "but-for-form": N_("same name but for legal form, abbreviation or town"),
    "short-for": N_("one is short for the other"),
    "near-house-name": N_("names that are spelled almost the same"),
    "part-of-name": N_("one name is part of the other"),
    "same-kvk": N_("same Chamber of Commerce number"),
    "same-website": N_("same website (%(value)s)"),
    "same-street": N_("same address (%(value)s)"),
    "same-place": N_("both in %(value)s"),
}
_NUMBERS = frozenset({"same-mobile", "same-phone"})


def in_words(reason: Reason) -> str:
    """One reason as a reader sees it."""
    value = shown_phone(reason.value) if reason.code in _NUMBERS else reason.value
    return _(_WORDS[reason.code], value=value)
