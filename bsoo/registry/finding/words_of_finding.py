"""The words of the filters of the list of people. Pure."""

from bsoo.i18n import N_

LOOK_WORDS: dict[str, str] = {
    "bounced": N_("E-mail does not arrive"),
    "stale": N_("Not confirmed for over a year"),
    "no-role": N_("Position is missing"),
    "silent": N_("Invited this year, never answered"),
    "no-show": N_("Said yes twice and was not there"),
}

LANGUAGE_WORDS: dict[str, str] = {"nl": N_("Dutch"), "en": N_("English")}
