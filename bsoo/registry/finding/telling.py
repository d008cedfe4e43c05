"""What is asked of the network, said in a sentence; and each condition of it in a few words."""

from collections.abc import Mapping

from bsoo.i18n import N_
from bsoo.i18n import gettext as _
from bsoo.registry.finding.narrowing import Part
from bsoo.registry.finding.searching import either, terms
from bsoo.registry.finding.wanted import Wanted
from bsoo.terms.models import Vocabulary
from bsoo.terms.words import Words

_HEADS = {
    "": N_("Everybody"),
    "invited": N_("Everybody to invite"),
    "not-invited": N_("Everybody not to invite"),
    "guest": N_("All guests"),
    "past": N_("Everybody who took part before"),
    "left": N_("Everybody who has left"),
}
_LOOKS = {
    "bounced": N_("e-mail does not arrive"),
    "stale": N_("not confirmed for over a year"),
    "no-role": N_("position is missing"),
    "silent": N_("invited this year, never answered"),
    "no-show": N_("said yes twice and was not there"),
}
_GROUPS = {
    "": N_("takes part, and has not left"),
    "invited": N_("is invited, and has not left"),
    "not-invited": N_("is not invited, and has not left"),
    "guest": N_("is a guest, and has not left"),
    "past": N_("took part before, and has not left"),
    "left": N_("has left"),
}
_TRUST = {
    "good": N_("details probably right"),
    "look": N_("details to be looked at"),
    "poor": N_("details probably not right"),
}
_LANGUAGES = {"nl": N_("mail in Dutch"), "en": N_("mail in English")}

Names = Mapping[str, str]
"""What organisations are called, by id."""


def sentence(wanted: Wanted, region: str, listed: Words, houses: Names) -> str:
    """ "Everybody to invite in Amsterdam: Care or Legal help; theme Housing; with ‘street’"."""
    head = _(_HEADS[wanted.group])
    if region:
        head = _("%(who)s in %(region)s", who=head, region=region)
    clauses = [_chosen(name, wanted, listed, houses) for name in _FILTERS if getattr(wanted, name)]
    clauses += [_(_LOOKS[look]) for look in wanted.look]
    clauses += [_with(term) for term in terms(wanted.text)]
    return f"{head}: {'; '.join(clauses)}." if clauses else f"{head}."


def in_words(part: Part, wanted: Wanted, region: str, listed: Words, houses: Names) -> str:
    """One condition as a line of "why is somebody in this list"."""
    if part.name == "region":
        return _("in %(region)s", region=region) if region else _("in a region that you may see")
    if part.name == "text":
        return _with(part.value)
    if part.name in _FILTERS:
        return _chosen(part.name, wanted, listed, houses)
    return _((_GROUPS if part.name == "group" else _LOOKS)[part.value])


_FILTERS = ("sectors", "themes", "houses", "roles", "languages", "trust")


def _chosen(name: str, wanted: Wanted, listed: Words, houses: Names) -> str:
    if name == "themes":
        return _("theme %(themes)s", themes=_any_of([listed.name(Vocabulary.THEME, code) for code in wanted.themes]))
    if name == "houses":
        called = [houses.get(str(house), _("an organisation that is gone")) for house in wanted.houses]
        return _("at %(houses)s or a part of it", houses=_any_of(called))
    if name == "trust":
        return _any_of([_(_TRUST[level]) for level in wanted.trust])
    if name == "sectors":
        return _any_of([listed.name(Vocabulary.SECTOR, code) for code in wanted.sectors])
    if name == "languages":
        return _any_of([_(_LANGUAGES[language]) for language in wanted.languages])
    return _any_of(list(wanted.roles))


def _with(term: str) -> str:
    return _("with %(words)s", words=_any_of([f"‘{word}’" for word in either(term)]))


def _any_of(words: list[str]) -> str:
    *before, last = words
    return _("%(these)s or %(last)s", these=", ".join(before), last=last) if before else last
