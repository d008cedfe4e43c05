"""Words of this work that mean the same in Dutch and English, so that either finds both. Pure."""

from collections.abc import Iterable

_SAME = """
    huisarts doctor · arts doctor · advocaat lawyer · jurist lawyer · gemeente municipality · kerk church
    moskee mosque
    verpleegkundige nurse · verloskundige midwife · tandarts dentist · apotheek pharmacy · ziekenhuis hospital
    opvang shelter · nachtopvang shelter · woning housing · wonen housing · directeur director
    vrijwilliger volunteer · voedselbank foodbank · voedsel food · kleding clothing
    beleid policy · beleidsadviseur policy · raadsman counsel · maatschappelijk social · psycholoog psychologist
    tolk interpreter · terugkeer return · detentie detention · onderwijs education · leraar teacher
    docent teacher · taal language · kinderen children · gezinnen families · gezondheid health · zorg care
    rechten rights · juridisch legal · mensenhandel trafficking · uitbuiting exploitation · politie police
    veiligheid safety · werk work · geld money · schulden debts · voorzitter chair · secretaris secretary
    onderzoeker researcher · predikant minister · dominee minister · penningmeester treasurer · inloop drop-in
"""


def in_other_words(words: Iterable[str]) -> list[str]:
    """The words that mean the same as one of these."""
    given = list(words)
    return [other for word in given for other in _OTHERS.get(word, ()) if other not in given]


def _others() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for pair in _SAME.replace("\n", " · ").split("·"):
        if len(both := pair.split()) == _TWO and both[0] != both[1]:
            for word, other in (both, reversed(both)):
                found[word] = (*found.get(word, ()), other)
    return found


_TWO = 2
_OTHERS = _others()
