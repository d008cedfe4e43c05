"""The word lists of the guard: plain files beside this module, made for this network."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "vocabulary"


def _lines(name: str) -> list[str]:
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip().lower() for line in lines if line.strip() and not line.startswith("#")]


def _words(name: str) -> frozenset[str]:
    return frozenset(" ".join(_lines(name)).split())


_places = [tuple(line.split()) for line in _lines("places")]

FIRST_NAMES = _words("first_names")
ALSO_WORDS = _words("first_names_that_are_words")
"""First names that are ordinary words too."""
CLEAR_NAMES = frozenset(name for name in FIRST_NAMES - ALSO_WORDS if len(name) > 3)
"""First names that are nothing else, so a hint in lower case too."""
PLACES = frozenset(parts[0] for parts in _places if len(parts) == 1)
PLACE_PHRASES = frozenset(parts for parts in _places if len(parts) > 1)
PEOPLES = _words("peoples")
COMMON = _words("common")
ALLOWED = _words("words") | PLACES | PEOPLES

PARTICLES = frozenset(
    ["van", "de", "der", "den", "het", "ten", "ter", "te", "'t", "el", "al", "ould", "ben", "bin", "bint", "ibn", "abu", "abd", "da", "do", "dos", "di", "la", "le", "st", "von", "af"]
)
STREETS = frozenset(
    ["damrak", "rokin", "nes", "zeedijk", "spui", "binnenkant", "amstel", "buitenkant", "geldersekade", "overtoom", "nieuwezijds", "randstad"]
)
STREET_ENDINGS = tuple(
    ["straat", "laan", "gracht", "plein", "kade", "dreef", "singel", "steeg", "plantsoen", "burgwal", "weg", "park", "markt", "pad", "dijk", "haven", "hof", "brug", "poort", "station", "halte", "straatje", "pleintje", "buurt", "wijk", "dorp", "eiland", "polder", "veld"]
)
ABBREVIATIONS = frozenset(
    ["bijv", "bv", "bvb", "o.a", "oa", "t.a.v", "mevr", "dhr", "mw", "mr", "mrs", "ms", "dr", "drs", "ds", "ing", "ir", "prof", "nr", "ca", "resp", "incl", "excl", "i.v.m", "m.b.t", "evt", "e.g", "i.e", "art", "jl", "a.s", "d.w.z", "m.n", "st", "geb", "tel", "v", "m", "vs", "fam", "ca", "afd", "max", "min", "z.s.m", "n.a.v", "vgl", "blz", "p", "zgn", "i.h.b", "sr", "zr", "past", "pr"]
)
TITLES = frozenset(
    ["dhr", "mevr", "mevrouw", "mw", "meneer", "mijnheer", "heer", "mr", "mrs", "ms", "miss", "mister", "sir", "madam", "madame", "dr", "drs", "prof", "professor", "pastor", "pastoor", "dominee", "ds", "imam", "zuster", "broeder", "familie", "fam", "family", "tante", "oom", "oma", "opa", "auntie", "uncle", "mama", "papa", "sister", "brother", "juf", "meester", "agent", "inspecteur", "rechter", "dokter", "wachtmeester", "advocate"]
)
CUES = frozenset(["heet", "heette", "heten", "genaamd", "ene", "zekere", "naam", "named", "called", "bijnaam", "roepnaam", "achternaam", "voornaam"])
HEADS = frozenset(
    ["stichting", "vereniging", "foundation", "association", "organisatie", "organisation", "organization", "huisartsenpraktijk", "praktijk", "apotheek", "buurthuis", "buurtcentrum", "inloophuis", "inloop", "huis", "huize", "opvang", "nachtopvang", "dagopvang", "opvanglocatie", "hotel", "hostel", "kerk", "moskee", "church", "mosque", "temple", "ziekenhuis", "hospital", "clinic", "kliniek", "bureau", "wijkcentrum", "buurtteam", "wijkteam", "team", "school", "basisschool", "college", "universiteit", "university", "project", "programma", "programme", "program", "platform", "netwerk", "network", "coalitie", "campagne", "fonds", "fund", "bedrijf", "firma", "restaurant", "bakkerij", "winkel", "supermarkt", "station", "metro", "metrostation", "halte", "tram", "bus", "lijn", "locatie", "vestiging", "gebouw", "zaal", "camping", "kamp", "camp", "centrum", "center", "centre", "gemeente", "municipality", "provincie", "stad", "dorp", "regio", "region", "wijk", "buurt", "stadsdeel", "district", "kantoor", "office", "loket", "balie", "wet", "act", "verordening", "regeling", "motie", "rapport", "report", "cursus", "methode", "app", "website", "site", "krant", "dagblad", "omroep", "zorgverzekeraar", "verzekeraar", "verzekering", "advocatenkantoor", "parochie", "gemeenschap", "community", "groep", "group", "afdeling", "unit", "azc", "collega-organisatie", "taalhuis", "bibliotheek", "museum", "theater", "merk", "model", "type", "medicijn", "merknaam", "boot", "schip", "werkgroep", "overleg", "conferentie", "partij", "fractie", "bank"]
)
TAILS = frozenset(
    ["foundation", "stichting", "church", "kerk", "hospital", "ziekenhuis", "college", "advocaten", "groep", "group", "huis", "house", "centrum", "center", "centre", "clinic", "kliniek", "project", "team", "university", "universiteit", "school", "bv", "nv", "gmbh", "ltd", "association", "vereniging", "network", "netwerk", "praktijk", "wet", "act", "airport", "hotel", "ministries", "fellowship", "temple", "mission", "zorg", "hulp"]
)
PLACE_WORDS = frozenset(["in", "te", "uit", "nabij", "rond", "richting", "omgeving", "near"])
ARTICLES = frozenset(["de", "het", "een", "the", "'t", "this", "that", "deze", "dit", "die", "dat", "elke", "ieder", "zo'n"])
VERBS = frozenset(
    ["is", "was", "heeft", "had", "wordt", "werd", "kan", "kon", "wil", "wilde", "wou", "moet", "moest", "mag", "mocht", "gaat", "ging", "komt", "kwam", "krijgt", "kreeg", "slaapt", "sliep", "woont", "woonde", "werkt", "werkte", "leeft", "verblijft", "verbleef", "zit", "zat", "staat", "stond", "belt", "belde", "vertelt", "vertelde", "zegt", "zei", "vraagt", "vroeg", "durft", "durfde", "verloor", "verliest", "zoekt", "zocht", "wacht", "wachtte", "vindt", "vond", "voelt", "voelde", "huilt", "huilde", "lijdt", "gebruikt", "meldt", "meldde", "huurt", "huurde", "betaalt", "betaalde", "overleed", "stierf", "beviel", "vluchtte", "verdween", "has", "does", "did", "can", "could", "needs", "wants", "got", "gets", "lives", "lived", "sleeps", "slept", "works", "worked", "told", "says", "said", "came", "went", "lost", "cannot", "can't", "left", "feels", "felt", "calls", "called", "stays", "stayed", "waits", "waited", "died", "gave", "lost", "fears", "cries", "cried"]
)
NOUN_ENDINGS = (
    "ing", "heid", "teit", "schap", "tie", "isme", "zorg", "hulp", "opvang", "sie", "atie", "iek", "uur", "age", "werk", "dienst",
    "straat", "beleid", "recht", "plek", "huis", "geld", "tijd", "ness", "ment", "tion", "sion", "ship", "ity", "ance", "ence", "care",
    "nood", "druk", "kant", "deel", "loos", "aal", "iteit", "gie", "nis", "eel", "elijk", "lijks", "ly",
)  # fmt: skip
PERSONS = frozenset(
    ["man", "vrouw", "jongen", "meisje", "moeder", "vader", "cliënt", "client", "cliënte", "bewoner", "bewoonster", "student", "leerling", "patiënt", "patient", "gast", "bezoeker", "persoon", "woman", "boy", "girl", "mother", "father", "person", "guest", "zoon", "dochter", "son", "daughter", "baby", "kind", "child", "broer", "zus", "vriend", "vriendin"]
)
