"""What the fictional partners offer: one or two services each, most of them public and looked at this year."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from bsoo import clock
from bsoo.demo.chance import happens, pick, whole
from bsoo.demo.organisations import Partner
from bsoo.demo.shelf import Shelf
from bsoo.regions import Region
from bsoo.registry.models import Sector
from bsoo.services.hours import parsed, stored
from bsoo.services.models import Service, Standing, Where


@dataclass(frozen=True, slots=True)
class Offered:
    """A kind of service, in both languages."""

    name_nl: str
    name_en: str
    description_nl: str
    description_en: str
    theme: str
    hours: str = ""
    note_nl: str = ""
    note_en: str = ""
    groups: tuple[str, ...] = ()
    confidential: bool = False


BY_KIND: dict[str, Offered] = {
    "Straatdokters": Offered(
        "Spreekuur zonder pas",
        "Doctor without a card",
        "Een arts en een verpleegkundige kijken naar klachten. Het kost niets en niemand vraagt naar papieren.",
        "A doctor and a nurse look at complaints. It costs nothing and nobody asks for papers.",
        "medische-zorg",
        "ma, wo, vr 9.00-12.00",
        "Kom op tijd: na 11.30 uur nemen we niemand meer aan.",
        "Come in time: after 11:30 we take nobody in any more.",
    ),
    "Huisartsenpraktijk": Offered(
        "Huisarts, ook zonder verzekering",
        "Family doctor, also without insurance",
        "Een afspraak bij de huisarts voor wie geen verzekering heeft. Kunt u het niet betalen, dan hoeft dat niet.",
        "An appointment with the doctor for people without insurance. You pay nothing when you cannot.",
        "medische-zorg",
        "ma-vr 8.00-17.00",
        "Bel eerst voor een afspraak.",
        "Call first for an appointment.",
    ),
    "Verloskundigen": Offered(
        "Zorg bij zwangerschap en geboorte",
        "Care during pregnancy and birth",
        "Controles tijdens de zwangerschap en hulp bij de geboorte, ook zonder verzekering.",
        "Checks during pregnancy and help at birth, also without insurance.",
        "medische-zorg",
        "di, do 9.00-16.00",
        groups=("pregnant",),
    ),
    "Tandartspraktijk": Offered(
        "Tandarts bij pijn",
        "Dentist for pain",
        "Hulp bij pijn aan tanden of kiezen. Wij vragen een kleine bijdrage als dat kan.",
        "Help with toothache. We ask a small fee when that is possible.",
        "medische-zorg",
        "do 13.00-17.00",
    ),
    "GGZ": Offered(
        "Inloop voor wie slecht slaapt of piekert",
        "Walk-in for people who sleep badly or worry",
        "Praten met iemand die luistert en meedenkt. Een tolk aan de telefoon kan altijd.",
        "Talk with somebody who listens. An interpreter by telephone is always possible.",
        "psychische-gezondheid",
        "wo 10.00-15.00",
    ),
    "Nachtopvang": Offered(
        "Nachtopvang",
        "Night shelter",
        "Een bed, een avondmaaltijd en een douche. Een pas is niet nodig.",
        "A bed, an evening meal and a shower. No card is needed.",
        "onderdak",
        "dagelijks 20.00-8.00",
        "Bel voor 17.00 uur, dan weten we of er een bed is.",
        "Call before 17:00, then we know whether there is a bed.",
    ),
    "Vrouwenhuis": Offered(
        "Veilig huis voor vrouwen",
        "Safe house for women",
        "Een kamer voor vrouwen, met of zonder kinderen, die niet veilig zijn. Bel; wij vertellen waar u heen kunt.",
        "A room for women, with or without children, who are not safe. Call; we tell you where to go.",
        "veiligheid",
        groups=("families", "victims"),
        confidential=True,
    ),
    "Gezinsopvang": Offered(
        "Kamers voor gezinnen",
        "Rooms for families",
        "Tijdelijk een kamer voor ouders met kinderen, met hulp bij school en geld.",
        "A room for some time for parents with children, with help for school and money.",
        "onderdak",
        groups=("families",),
        confidential=True,
    ),
    "Inloophuis": Offered(
        "Inloop met koffie, douche en was",
        "Walk-in with coffee, shower and laundry",
        "Binnen zitten, koffie, een douche en schone kleren. Iemand helpt met brieven.",
        "A place to sit, coffee, a shower and clean clothes. Somebody helps with letters.",
        "voedsel",
        "ma-vr 9.30-16.00\nza 10.00-13.00",
    ),
    "Rechtswinkel": Offered(
        "Juridisch inloopspreekuur",
        "Legal walk-in hour",
        "Vragen over verblijf, werk of school. Studenten helpen, een advocaat kijkt mee. Het is gratis.",
        "Questions about residence, work or school. Students help, a lawyer looks along. It is free.",
        "rechten",
        "di 17.00-19.00\ndo 13.00-15.00",
    ),
    "Steunpunt Recht": Offered(
        "Hulp bij een nieuwe aanvraag",
        "Help with a new application",
        "Samen kijken of er nog een weg is naar verblijf, en wat er nodig is.",
        "Looking together whether there is a way to residence, and what is needed.",
        "rechten",
        "ma-do 10.00-16.00",
        "Alleen op afspraak.",
        "Only by appointment.",
    ),
    "Voedselpunt": Offered(
        "Voedselpakket",
        "Food parcel",
        "Elke week een tas met eten voor wie geen geld heeft. Een brief van een hulpverlener is genoeg.",
        "A bag of food every week for people without money. A letter of an aid worker is enough.",
        "voedsel",
        "vr 13.00-16.00",
    ),
    "Buurtkeuken": Offered(
        "Warme maaltijd",
        "Hot meal",
        "Samen eten, iedereen is welkom. U betaalt wat u kunt missen.",
        "Eating together, everybody is welcome. You pay what you can.",
        "voedsel",
        "di, do 17.30-19.30",
    ),
    "Kledingpunt": Offered(
        "Kleding en dekens",
        "Clothes and blankets",
        "Kleren, schoenen en dekens voor volwassenen en kinderen.",
        "Clothes, shoes and blankets for adults and children.",
        "voedsel",
        "wo 13.00-16.00",
    ),
    "Taalhuis": Offered(
        "Nederlandse les voor beginners",
        "Dutch lessons for beginners",
        "Twee keer per week les in een kleine groep. Boeken krijgt u te leen.",
        "Lessons twice a week in a small group. You can borrow the books.",
        "onderwijs",
        "ma, do 10.00-12.00",
    ),
    "Vrouwengroep": Offered(
        "Vrouwenochtend",
        "Women's morning",
        "Koffie, praten en leren over gezondheid en rechten. Kinderen mogen mee.",
        "Coffee, talk and learning about health and rights. Children may come along.",
        "informatie",
        "wo 9.30-12.00",
        groups=("families",),
    ),
    "Regenbooggroep": Offered(
        "Ontmoeting voor lhbti",
        "Meeting place for LGBTI people",
        "Een avond om elkaar te ontmoeten in een veilige kring. Wij zeggen per telefoon waar.",
        "An evening to meet in a safe circle. We tell you by telephone where.",
        "discriminatie",
        "vr 19.00-22.00",
        groups=("lgbti",),
        confidential=True,
    ),
    "Meldpunt": Offered(
        "Meldpunt uitbuiting",
        "Report exploitation",
        "Werkt u zonder loon of onder dwang? Wij luisteren, en doen niets zonder dat u het wilt.",
        "Do you work without pay or under pressure? We listen, and do nothing that you do not want.",
        "uitbuiting",
        "ma-vr 9.00-17.00",
        groups=("victims",),
    ),
    "Steunpunt": Offered(
        "Informatie en doorverwijzing",
        "Information and referral",
        "Wij kennen de weg in de stad: zorg, opvang, school en recht. Met een tolk als het nodig is.",
        "We know the way in town: care, shelter, school and law. With an interpreter when needed.",
        "informatie",
        "ma-vr 10.00-16.00",
    ),
}
"""By the first words of an organisation's name."""

POSTCODES = {"amsterdam": (1011, 1099), "almere": (1311, 1363), "rotterdam": (3011, 3089), "groningen": (9711, 9747)}
LETTERS = ("AB", "CD", "GH", "KL", "NX", "RT", "VW", "XZ")
LANGUAGES = (["nl", "en"], ["nl", "en", "ar"], ["nl", "en", "ti", "am"], ["nl", "en", "fr", "es"], ["nl", "en", "tw"])


def offer(shelf: Shelf, region: Region, partner: Partner, organisation_id: UUID) -> None:
    """Write down what this partner offers, when it is of a kind that offers something to walk in for."""
    kind = next((kind for kind in BY_KIND if partner.name.startswith(f"{kind} ")), None)
    if kind is None or partner.sector is Sector.MUNICIPALITY:
        return
    offered = BY_KIND[kind]
    found_at = Where.CONFIDENTIAL if offered.confidential else Where.VISIT
    days = whole(0, 330, "checked", partner.name)
    changed = clock.now() - timedelta(days=days + whole(0, 200, "changed", partner.name))
    shelf.put(
        Service,
        organisation_id=organisation_id,
        region_id=region.id,
        name_nl=offered.name_nl,
        name_en=offered.name_en,
        description_nl=offered.description_nl,
        description_en=offered.description_en,
        theme=offered.theme,
        groups=list(offered.groups),
        languages=pick(LANGUAGES, "languages", partner.name),
        hours=stored(parsed(offered.hours)),
        note_nl=offered.note_nl,
        note_en=offered.note_en,
        found_at=found_at,
        street=partner.street,
        postcode=_postcode(region, partner),
        place=partner.place,
        phone=f"+31{whole(201230000, 201239999, 'phone', partner.name)}",
        email=f"info@{partner.domain}",
        website=f"https://{partner.domain}",
        is_public=not happens(0.12, "internal", partner.name),
        standing=Standing.PAUSED if happens(0.05, "paused", partner.name) else Standing.RUNNING,
        checked_on=None if happens(0.06, "unchecked", partner.name) else clock.today() - timedelta(days=days),
        not_names=[],
        created_at=changed,
        changed_at=changed,
        revision=1,
    )


def _postcode(region: Region, partner: Partner) -> str:
    low, high = POSTCODES.get(region.slug, (1000, 9999))
    return f"{whole(low, high, 'postcode', partner.name)} {pick(LETTERS, 'letters', partner.name)}"
