"""One whole quarter through HTTP and a real mail server: from a messy contact list to the trend page."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select
from starlette.testclient import TestClient

from bsoo.access import actions as access
from bsoo.access.actor import SYSTEM
from bsoo.access.models import Role
from bsoo.app import make_app
from bsoo.db import Database
from bsoo.mail import postman
from bsoo.mail.models import Letter, LetterState
from bsoo.meetings.models import AgendaItem, Answer, Invitation
from bsoo.regions import region_by_slug
from bsoo.registry.models import Address
from bsoo.routes.edge import SESSION_COOKIE
from bsoo.settings import Settings
from bsoo.signals.models import Signal, State
from bsoo.tables import metadata
from tests.mailhost import MailHost, Taken, mailhost
from tests.own import installed
from tests.pages import CheckedClient

MEETING = "/overleggen/amsterdam/2026-4"
NEED = "Gezinnen wachten steeds langer op een plek in de nachtopvang."
PEOPLE = 381
"""Those in the file who have an address, are to be invited and did not leave: 431 less 42 less 8."""


def test_a_whole_quarter_from_a_contact_list_to_the_trend_page(
    shared_data: Path, tmp_path: Path, database_url: str
) -> None:
    with (
        mailhost() as host,
        installed(tmp_path, "bsoo_quarter", database_url, smtp_url=host.url) as (settings, database),
    ):
        desk = coordinator(settings, database)
        import_list(desk, database, shared_data / "contacten-amsterdam.xlsx")
        invite(desk, settings, database, host)
        partners = [partner(desk, letter) for letter in personal_links(host)[:6]]
        answer(partners, database)
        signal(partners, settings, database, host)
        review(desk, database)
        set_agenda(desk, settings, database, host)
        take_minutes(desk, database)
        publish(desk, settings, database, host)
        look_at_trends(desk)


def coordinator(settings: Settings, database: Database) -> TestClient:
    """A browser in which the coordinator of Amsterdam has signed in."""
    with database.transaction() as db:
        amsterdam = region_by_slug(db, "amsterdam")
        user = access.grant(db, SYSTEM, email="noor@bsoo.example", role=Role.COORDINATOR, region=amsterdam, name="Noor")
        token = access.open_browser(db, user)
    desk = CheckedClient(make_app(settings, database), follow_redirects=True)
    desk.cookies.set(SESSION_COOKIE, token)
    return desk


def import_list(desk: TestClient, database: Database, file: Path) -> None:
    with file.open("rb") as handle:
        preview = desk.post("/netwerk/import", data={"region": "amsterdam"}, files={"file": handle})
    assert preview.status_code == 200, re.findall(r'class="error[^>]*>[^<]*', preview.text)

    upload = re.search(r"/netwerk/import/([0-9a-f-]{36})", str(preview.url) + preview.text)
    assert upload is not None
    done = desk.post(f"/netwerk/import/{upload[1]}/doorvoeren")

    assert done.status_code == 200
    assert desk.get("/netwerk").status_code == 200
    with database.reading() as db:
        assert count(db, Address) == 431


def invite(desk: TestClient, settings: Settings, database: Database, host: MailHost) -> None:
    assert went_well(desk.post("/overleggen/amsterdam"))
    place = {"on": "2026-12-10", "starts": "13:00", "ends": "15:30", "venue": "De Ankerplaats", "revision": "1"}
    assert went_well(desk.post(f"{MEETING}/datum", data=place))
    page = desk.get(f"{MEETING}/uitnodigen")
    assert re.search(rf"\b{PEOPLE}\b", page.text)

    assert went_well(desk.post(f"{MEETING}/uitnodigen"))
    assert went_well(desk.post(f"{MEETING}/uitnodigen"))
    delivered = postman.deliver_due(database, settings)

    assert delivered.accepted == PEOPLE
    assert len(set(host.recipients)) == len(host.recipients) == PEOPLE
    with database.reading() as db:
        assert count(db, Invitation) == PEOPLE
        states = set(db.exec(select(Letter.state).where(Letter.name == "invitation")))
        assert states == {LetterState.ACCEPTED}


def personal_links(host: MailHost) -> list[dict[str, str]]:
    """For each letter its personal addresses, as paths."""
    return [links_in(plain_text(taken)) for taken in host.taken]


def plain_text(taken: Taken) -> str:
    body = taken.message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def links_in(text: str) -> dict[str, str]:
    found = {path.split("/")[1]: path for path in re.findall(r"http://testserver(/(?:u|mijn)/[\w-]{20,})", text)}
    assert "u" in found, text
    return found


def partner(desk: TestClient, letter: dict[str, str]) -> tuple[TestClient, str]:
    """A phone that opened the link of a letter."""
    return CheckedClient(desk.app, follow_redirects=True), letter["u"]


def answer(partners: list[tuple[TestClient, str]], database: Database) -> None:
    before = rows(database)
    for phone, link in partners:
        assert phone.get(f"{link}?antwoord=ja").status_code == 200
        assert phone.head(link).status_code == 200
    assert rows(database) == before, "opening a link changed something"

    answers = ["ja", "online", "nee", "ja", "ja"]
    for (phone, link), chosen in zip(partners, answers, strict=False):
        assert went_well(phone.post(link, data={"antwoord": chosen}))
    phone, link = partners[5]
    colleague = {"naam": "Joost Vermeulen", "email": "joost@elders.example.org"}
    assert went_well(phone.post(f"{link}/vervanger", data=colleague))

    with database.reading() as db:
        counted = db.exec(
            select(Invitation.answer).where(Invitation.answer != Answer.SILENT, col(Invitation.stands_in_for).is_(None))
        ).all()
    assert Counter(map(str, counted)) == {"on-site": 3, "online": 1, "no": 1, "colleague": 1}


def signal(partners: list[tuple[TestClient, str]], settings: Settings, database: Database, host: MailHost) -> None:
    for phone, link in partners[:4]:
        page = phone.get(link).text
        own = re.search(r"/mijn/[\w-]{20,}", page)
        assert own is not None, re.sub(r"<[^>]+>|\s+", " ", page)
        refused = phone.post(f"{own[0]}/signaal", data={"tekst": f"{NEED} Bel 06 12345678.", "thema": "onderdak"})
        assert (refused.status_code, "06 12345678" in refused.text) == (422, True)
        sent = phone.post(
            f"{own[0]}/signaal", data={"tekst": NEED, "thema": "onderdak", "soort": "need", "vaak": "more-often"}
        )
        assert went_well(sent)
    with database.reading() as db:
        assert count(db, Signal, Signal.state == State.RECEIVED) == 4

    taken_before = len(host.taken)
    postman.deliver_due(database, settings)
    assert len(host.taken) > taken_before, "the reporter hears that the signal came in"


def review(desk: TestClient, database: Database) -> None:
    with database.reading() as db:
        ids = list(db.exec(select(Signal.id).order_by(col(Signal.id))))
    verdicts = [{"besluit": "agenda"}, {"besluit": "telt"}, {"besluit": "telt"}]
    for signal_id, verdict in zip(ids, verdicts, strict=False):
        assert went_well(desk.post(f"/signalen/{signal_id}/besluit", data=verdict))
    refused = desk.post(f"/signalen/{ids[3]}/besluit", data={"besluit": "niet"})
    assert refused.status_code == 422, "declining needs a reason"

    with database.reading() as db:
        assert count(db, Signal, Signal.state == State.RECEIVED) == 1


def set_agenda(desk: TestClient, settings: Settings, database: Database, host: MailHost) -> None:
    with database.reading() as db:
        accepted = db.exec(select(Signal.id).order_by(col(Signal.id))).first()
    assert went_well(desk.post(f"{MEETING}/agenda/signalen/{accepted}"))
    page = desk.get(f"{MEETING}/agenda")
    assert "13.00" in page.text

    taken_before = len(host.taken)
    assert went_well(desk.post(f"{MEETING}/agenda/versturen"))
    postman.deliver_due(database, settings)
    agendas = [taken for taken in host.taken[taken_before:] if "genda" in str(taken.message["Subject"])]
    assert len({taken.recipient for taken in agendas}) >= 4, "the agenda goes to who comes"


def take_minutes(desk: TestClient, database: Database) -> None:
    with database.reading() as db:
        item = db.exec(select(AgendaItem.id).where(col(AgendaItem.signal_id).is_not(None))).one()
    lines: list[dict[str, Any]] = [
        {"text": "Meer gezinnen wachten op een plek.", "kind": "information", "level": "public"},
        {"text": "De opvang deelt elke vrijdag de vrije plekken.", "kind": "decision", "level": "participants"},
        {"text": "Maakt een lijst van vrije plekken.", "kind": "action", "who": "Joost", "before": "18 december"},
        {"text": "Alleen voor ons.", "kind": "information", "level": "internal"},
    ]
    for number, line in enumerate(lines):
        form = {"item": str(item), "client_key": f"line-{number}", **line}
        assert went_well(desk.post(f"{MEETING}/verslag", data=form))
        assert went_well(desk.post(f"{MEETING}/verslag", data=form)), "sent twice is written once"
    page = desk.get(f"{MEETING}/verslag?punt={item}").text
    assert [page.count(str(line["text"])) >= 1 for line in lines] == [True] * 4


def publish(desk: TestClient, settings: Settings, database: Database, host: MailHost) -> None:
    taken_before = len(host.taken)
    network = desk.post(f"{MEETING}/verslag/publiceren", data={"audience": "network", "to": "network"})
    public = desk.post(f"{MEETING}/verslag/publiceren", data={"audience": "public", "read": "1"})
    assert (network.status_code, public.status_code) == (200, 200), network.text
    postman.deliver_due(database, settings)
    assert len(host.taken) > taken_before

    anybody = CheckedClient(desk.app)
    page = anybody.get("/publicaties/amsterdam/2026-4/verslag")
    pdf = anybody.get("/publicaties/amsterdam/2026-4/verslag/v1.pdf")
    assert "Meer gezinnen wachten op een plek." in page.text
    assert [hidden in page.text for hidden in ("vrije plekken", "Alleen voor ons", "Joost")] == [False] * 3
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")
    letters = [plain_text(taken) for taken in host.taken[taken_before:]]
    link = re.search(r"http://testserver(/mijn/[\w-]+/verslag/[\w-]+)", "\n".join(letters))
    assert link is not None, letters[:1]
    read = anybody.get(link[1])
    assert "deelt elke vrijdag de vrije plekken" in read.text
    assert "Alleen voor ons" not in read.text


def look_at_trends(desk: TestClient) -> None:
    page = desk.get("/trends").text

    assert "Onderdak en opvang" in page


def went_well(answer: Any) -> bool:  # Any: an answer of the test client
    """Whether a form was taken; if not, the test says what the page said."""
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.partition("error-summary")[2]))[:600]
    assert answer.status_code == 200, said or answer.text[:600]
    return True


def count(db: Session, table: Any, *where: Any) -> int:  # Any: any table and its conditions
    return db.exec(select(func.count()).select_from(table).where(*where)).one()


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.reading() as db:
        return {
            table.name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


@pytest.mark.parametrize("name", ["contacten-almere.csv", "contacten-amsterdam.xlsx"])
def test_the_same_list_twice_changes_nothing(shared_data: Path, tmp_path: Path, database_url: str, name: str) -> None:
    with installed(tmp_path, "bsoo_twice", database_url) as (settings, database):
        desk = coordinator(settings, database)
        import_list_again(desk, shared_data / name)
        before = contents(database)

        import_list_again(desk, shared_data / name)

        assert contents(database) == before


def import_list_again(desk: TestClient, file: Path) -> None:
    with file.open("rb") as handle:
        preview = desk.post("/netwerk/import", data={"region": "amsterdam"}, files={"file": handle})
    upload = re.search(r"/netwerk/import/([0-9a-f-]{36})", str(preview.url) + preview.text)
    assert upload is not None
    assert went_well(desk.post(f"/netwerk/import/{upload[1]}/doorvoeren"))


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the registry."""
    names = ("organisation", "organisation_region", "contact", "contact_address", "affiliation", "membership")
    with database.reading() as db:
        return {
            name: [tuple(row) for row in db.execute(columns(metadata.tables[name]).order_by("id"))] for name in names
        }
