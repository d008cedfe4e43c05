"""Which letters go to members, guests and who took part before; a saved list as the audience."""

from datetime import timedelta

from sqlmodel import Session, select

from bsoo import clock
from bsoo.mail.models import LeftOut, Letter
from bsoo.meetings import audience, inviting, reminding, standing_in
from bsoo.meetings.audience import EVERYBODY, Whom, Why
from bsoo.meetings.letters import Post
from bsoo.meetings.models import Answer, Invitation
from bsoo.meetings.readers import readers
from bsoo.publications import letters as publications
from bsoo.publications.letters import Readers
from bsoo.regions import Region
from bsoo.registry.finding import saved_lists
from bsoo.registry.finding.wanted import Wanted
from bsoo.registry.keeping import asking, worklist
from bsoo.registry.models import Contact
from tests import factories
from tests.conftest import People
from tests.invited import SignIn
from tests.taking_part import GUEST, MEMBER, place_of, somebody, three

FIXTURES = (three,)
"""pytest finds them here by their names."""


# --- letters ----------------------------------------------------------------------------------------------------------


def test_a_guest_is_invited_only_when_picked_and_a_past_member_never(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    planned = factories.meeting(db, amsterdam)
    found = audience.audience(db, people.amsterdam, planned)

    everybody = found.choose(EVERYBODY)
    picked = found.choose(Whom(guests=frozenset(one.id for one in three)))

    assert [one.name for one in everybody.people] == ["Anna Lid"]
    assert everybody.left_out == {three[1].id: Why.GUEST, three[2].id: Why.PAST}
    assert [one.name for one in picked.people] == ["Anna Lid", "Bo Gast"]
    assert picked.left_out == {three[2].id: Why.PAST}


def test_a_guest_who_said_stop_is_not_picked_either(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    place_of(db, three[1]).stopped_at = clock.now()
    db.flush()

    chosen = audience.audience(db, people.amsterdam, factories.meeting(db, amsterdam)).choose(
        Whom(guests=frozenset({three[1].id}))
    )

    assert (chosen.why.get(three[1].id), chosen.left_out[three[1].id]) == (None, Why.STOPPED)


def test_what_the_region_sends_to_its_network_goes_to_members(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    held = factories.meeting(db, amsterdam)

    network = publications.readers(db, people.amsterdam, held, Readers.NETWORK)
    asked = asking.due(db, people.amsterdam, amsterdam.id)

    assert [one.name for one in network] == ["Anna Lid"]
    assert [one.name for one in asked] == ["Anna Lid"]
    assert asking.number_of_members(db, people.amsterdam, amsterdam.id) == 1
    assert [line.name for line in worklist.work(db, people.amsterdam, [amsterdam.id]).lines] == ["Anna Lid"]


def test_who_takes_part_no_more_is_not_reminded_but_hears_of_what_they_said_yes_to(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    ahead = factories.meeting(db, amsterdam)
    rows = [factories.invitation(db, ahead, one) for one in three]
    for row in rows:
        row.invited_at = clock.now() - timedelta(days=3)
    db.flush()

    reminded = [one.name for one in reminding.silent(db, people.amsterdam, ahead)]
    rows[2].answer = Answer.ON_SITE
    db.flush()

    coming = readers(db, people.amsterdam, ahead, Invitation.answer == Answer.ON_SITE)  # type: ignore[arg-type] # a column
    assert reminded == ["Bo Gast", "Anna Lid"]
    assert [one.name for one in coming] == ["Cor Vroeger"]


def test_a_colleague_who_comes_instead_is_a_guest(
    db: Session, amsterdam: Region, people: People, three: tuple[Contact, ...]
) -> None:
    ahead = factories.meeting(db, amsterdam)
    asked = factories.invitation(db, ahead, three[0])
    post = Post(db, people.amsterdam, amsterdam, ahead)

    standing_in.invite(post, asked, name="Dora Nieuw", email="dora@kade.example.org")
    standing_in.invite(post, asked, name="Cor Vroeger", email="cor@kade.example.org")

    new = db.exec(select(Contact).where(Contact.display_name == "Dora Nieuw")).one()
    assert [place_of(db, one).status for one in (new, three[2])] == [GUEST, GUEST]


# --- a saved list as the audience -------------------------------------------------------------------------------------


def test_a_saved_list_is_invited_as_it_is_and_every_reason_is_kept(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    english = somebody(db, amsterdam, "Dora English", MEMBER)
    planned = factories.meeting(db, amsterdam)
    wanted = Wanted(region_id=amsterdam.id, languages=("en",))
    kept = saved_lists.keep(db, people.amsterdam, wanted, "Engelstalig", shared=False)
    english.language = three[1].language = "en"
    db.flush()

    whom = audience.of_list(db, people.amsterdam, planned, kept)
    mailing = inviting.invite(db, people.amsterdam, amsterdam, planned, whom=whom)
    english.language = "nl"
    db.flush()

    assert mailing is not None
    letters = [(one.to_name, one.why) for one in frozen_letters(db, mailing.id)]
    assert letters == [("Dora English", "listed")]
    assert frozen_out(db, mailing.id) == {"Anna Lid": "not-listed", "Bo Gast": "guest", "Cor Vroeger": "past"}
    assert db.exec(select(Invitation.reason)).all() == ["op de lijst ‘Engelstalig’"]


def test_a_list_that_asks_for_guests_picks_them(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...]
) -> None:
    planned = factories.meeting(db, amsterdam)
    wanted = Wanted(region_id=amsterdam.id, group="guest")
    kept = saved_lists.keep(db, people.amsterdam, wanted, "Gasten", shared=False)

    whom = audience.of_list(db, people.amsterdam, planned, kept)
    chosen = audience.audience(db, people.amsterdam, planned).choose(whom)

    assert [one.name for one in chosen.people] == ["Bo Gast"]
    assert chosen.left_out[three[0].id] is Why.NOT_LISTED


def test_a_list_and_guests_are_chosen_on_the_page(
    db: Session, people: People, amsterdam: Region, three: tuple[Contact, ...], signed_in: SignIn
) -> None:
    factories.meeting(db, amsterdam)
    kept = saved_lists.keep(db, people.amsterdam, Wanted(region_id=amsterdam.id, text="nergens"), "Leeg", shared=False)
    gone = saved_lists.keep(db, people.amsterdam, Wanted(region_id=amsterdam.id), "Weg", shared=False)
    saved_lists.remove(db, people.amsterdam, gone)
    db.commit()
    client, here = signed_in(people.amsterdam), "/overleggen/amsterdam/2026-4/uitnodigen"

    first = client.get(here).text
    narrowed = client.get(f"{here}?lijst={kept.id}&gast={three[1].id}").text
    refused = client.post(here, data={"lijst": str(gone.id)})
    sent = client.post(here, data={"lijst": str(kept.id), "gast": str(three[1].id)}, follow_redirects=False)

    assert "Verstuur 1 uitnodiging" in first
    assert "Bo Gast" in first
    assert "De lijst ‘Leeg’ telt zoals die is" in narrowed
    assert (refused.status_code, "Deze lijst kan hier niet" in refused.text) == (422, True)
    assert sent.status_code == 303
    assert db.exec(select(Invitation.contact_id)).all() == [three[1].id]


def frozen_letters(db: Session, mailing_id: object) -> list[Letter]:
    return list(db.exec(select(Letter).where(Letter.mailing_id == mailing_id)))


def frozen_out(db: Session, mailing_id: object) -> dict[str, str]:
    rows = db.exec(select(Contact.display_name, LeftOut.why).join(LeftOut).where(LeftOut.mailing_id == mailing_id))
    return dict(rows.all())
