"""Signals: who may bring, read and judge them, what the reporter hears, and that nothing points at a person."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, select

from bsoo import clock
from bsoo.access.actor import SYSTEM, Actor
from bsoo.errors import Conflict, NotAllowed, NotFound, Refused
from bsoo.mail.models import Letter, LetterState
from bsoo.privacy import retention
from bsoo.regions import Region
from bsoo.registry.models import Contact, Organisation
from bsoo.routes.numbers import numbers
from bsoo.signals import actions, deciding, guarding, overdue, own, queries
from bsoo.signals.actions import Told
from bsoo.signals.inbox import inbox
from bsoo.signals.models import Level, NothingNew, Signal, State
from bsoo.signals.themes import first_themes
from tests import factories
from tests.conftest import People
from tests.reporting import WAIT, as_actor, context, letters, verbs


@pytest.fixture
def kade(db: Session, amsterdam: Region) -> Organisation:
    return factories.organisation(db, amsterdam)


@pytest.fixture
def samira(db: Session, amsterdam: Region, kade: Organisation) -> Contact:
    return factories.contact(db, amsterdam, at=kade)


@pytest.fixture
def reporter(db: Session, samira: Contact) -> Actor:
    return as_actor(db, samira)


# --- Bringing a signal ----------------------------------------------------------------------------------------------


def test_a_partner_sends_a_signal_and_hears_that_it_arrived(
    db: Session, amsterdam: Region, reporter: Actor, kade: Organisation
) -> None:
    signal = actions.submit(db, reporter, amsterdam.id, Told(text=WAIT, theme="onderdak"))

    assert (signal.state, signal.organisation_id, signal.year, signal.quarter) == (State.RECEIVED, kade.id, 2026, 4)
    assert signal.title == "Gezinnen wachten langer op een plek in de nachtopvang"
    assert letters(db) == ["signal_received"]
    assert context(db, "signal_received")["title"] == signal.title
    assert verbs(db, signal) == {"signal.submitted"}


def test_what_is_missing_is_said_all_at_once(db: Session, amsterdam: Region, reporter: Actor) -> None:
    with pytest.raises(Refused) as refusal:
        actions.submit(db, reporter, amsterdam.id, Told(text="Kort", theme="onzin"))

    assert refusal.value.errors == {"tekst": "Beschrijf in een paar woorden wat u ziet.", "thema": "Kies één thema."}


def test_a_certain_finding_blocks_sending_even_when_it_is_said_to_be_no_name(
    db: Session, amsterdam: Region, reporter: Actor
) -> None:
    told = Told(text="Een moeder wacht al weken, bel 06 12 34 56 78 voor meer.", theme="onderdak", not_names=["06"])

    with pytest.raises(guarding.PersonalData) as refusal:
        actions.submit(db, reporter, amsterdam.id, told)

    assert refusal.value.errors == {"tekst": "Laat dit weg: een telefoonnummer. Het wijst naar één persoon."}
    assert db.exec(select(Signal)).all() == []


def test_a_possible_name_is_asked_once_and_remembered(db: Session, amsterdam: Region, reporter: Actor) -> None:
    text = "Deze week sliep Habtom weer buiten, terwijl er plek was in de nachtopvang."

    with pytest.raises(guarding.PersonalData):
        actions.submit(db, reporter, amsterdam.id, Told(text=text, theme="onderdak"))
    signal = actions.submit(db, reporter, amsterdam.id, Told(text=text, theme="onderdak", not_names=["Habtom"]))

    assert signal.not_names == ["Habtom"]


def test_the_names_of_partners_are_no_hint_at_a_person(db: Session, amsterdam: Region, reporter: Actor) -> None:
    factories.organisation(db, amsterdam, "Stichting Kompaszee")

    signal = actions.submit(
        db,
        reporter,
        amsterdam.id,
        Told(text="Wij verwijzen door naar Kompaszee, maar daar is het vol.", theme="onderdak"),
    )

    assert signal.state is State.RECEIVED


def test_a_draft_is_kept_over_devices_and_becomes_the_signal(db: Session, amsterdam: Region, reporter: Actor) -> None:
    actions.save_draft(db, reporter, amsterdam.id, Told(text="Gezinnen wach"))
    draft = actions.save_draft(db, reporter, amsterdam.id, Told(text="Gezinnen wachten", theme="onderdak"))
    again = actions.draft_of(db, reporter)
    kept = again.text if again else ""

    sent = actions.submit(db, reporter, amsterdam.id, Told(text=WAIT, theme="onderdak"))

    assert kept == "Gezinnen wachten"
    assert sent.id == draft.id
    assert db.exec(select(Signal.state)).all() == [State.RECEIVED]


def test_a_draft_is_seen_by_nobody_else(db: Session, amsterdam: Region, reporter: Actor, people: People) -> None:
    draft = actions.save_draft(db, reporter, amsterdam.id, Told(text=WAIT))

    assert inbox(db, people.amsterdam, None).counts == {
        "nieuw": 0,
        "wacht": 0,
        "agenda": 0,
        "telt": 0,
        "niet": 0,
    }
    with pytest.raises(NotFound):
        queries.opened(db, people.amsterdam, draft.id)


def test_staff_note_a_signal_for_an_organisation_of_the_region(
    db: Session, amsterdam: Region, almere: Region, kade: Organisation, people: People
) -> None:
    elsewhere = factories.organisation(db, almere, "Taalhuis Noorderlicht")

    signal = actions.submit(
        db, people.amsterdam, amsterdam.id, Told(text=WAIT, theme="onderdak"), organisation_id=kade.id
    )
    with pytest.raises(Refused) as refusal:
        actions.submit(
            db, people.amsterdam, amsterdam.id, Told(text=WAIT, theme="onderdak"), organisation_id=elsewhere.id
        )

    assert (signal.organisation_id, signal.noted_by, signal.contact_id) == (kade.id, people.amsterdam.id, None)
    assert refusal.value.errors == {"organisatie": "Kies de organisatie die dit zei."}
    assert letters(db) == []


def test_nobody_brings_signals_outside_their_regions(
    db: Session, almere: Region, reporter: Actor, people: People
) -> None:
    with pytest.raises(NotAllowed):
        actions.submit(db, reporter, almere.id, Told(text=WAIT, theme="onderdak"))
    with pytest.raises(NotAllowed):
        actions.submit(db, people.amsterdam, almere.id, Told(text=WAIT, theme="onderdak"))
    with pytest.raises(NotAllowed):
        actions.submit(db, people.reader, almere.id, Told(text=WAIT, theme="onderdak"))


def test_nothing_new_counts_once_for_an_organisation(
    db: Session, amsterdam: Region, kade: Organisation, reporter: Actor
) -> None:
    colleague = as_actor(db, factories.contact(db, amsterdam, "Fatima Aksoy", at=kade))

    first = actions.report_nothing_new(db, reporter, amsterdam.id)
    again = actions.report_nothing_new(db, colleague, amsterdam.id)

    assert (first, again) == (True, False)
    assert len(db.exec(select(NothingNew)).all()) == 1


def test_a_contact_without_an_organisation_cannot_say_nothing_new(db: Session, amsterdam: Region) -> None:
    loner = as_actor(db, factories.contact(db, amsterdam, "Lonneke Los"))

    with pytest.raises(Refused):
        actions.report_nothing_new(db, loner, amsterdam.id)


def test_a_title_is_the_first_sentence_cut_at_a_word() -> None:
    long = "Gezinnen wachten " + "heel erg lang " * 20 + "op een plek."

    assert actions.title_of("De school vraagt geld. Dat mag niet.") == "De school vraagt geld"
    assert actions.title_of("Kort en krachtig.") == "Kort en krachtig"
    assert actions.title_of(long).endswith("…")
    assert len(actions.title_of(long)) <= 101
    assert actions.title_of("a" * 500) == "a" * 100 + "…" or len(actions.title_of("a" * 500)) <= 101


def test_drafts_of_past_quarters_are_thrown_away(
    db: Session,
    amsterdam: Region,
    reporter: Actor,
    received: Signal,
    frozen: Callable[[datetime], AbstractContextManager[None]],
) -> None:
    actions.save_draft(db, reporter, amsterdam.id, Told(text="Gezinnen wach"))
    still_there = retention.apply(db, SYSTEM, "drafts")

    with frozen(datetime(2027, 1, 2, 9, tzinfo=UTC)):
        gone = retention.apply(db, SYSTEM, "drafts")

    assert (still_there, gone) == (0, 1)
    assert db.exec(select(Signal.id)).all() == [received.id]


# --- Judging --------------------------------------------------------------------------------------------------------


@pytest.fixture
def received(db: Session, amsterdam: Region, kade: Organisation, samira: Contact) -> Signal:
    return factories.signal(db, amsterdam, WAIT, at=kade, by=samira)


@pytest.mark.parametrize(("for_agenda", "state"), [(True, State.ON_AGENDA), (False, State.ACCEPTED)])
def test_the_reporter_hears_that_a_signal_is_taken_over(
    db: Session, received: Signal, people: People, for_agenda: bool, state: State
) -> None:
    deciding.accept(db, people.amsterdam, received, for_agenda=for_agenda)

    assert (received.state, letters(db)) == (state, ["signal_accepted"])


def test_declining_needs_a_reason_that_the_reporter_reads(db: Session, received: Signal, people: People) -> None:
    with pytest.raises(Refused) as refusal:
        deciding.decline(db, people.amsterdam, received, reason="  ")
    deciding.decline(db, people.amsterdam, received, reason="Dit hoort bij de huisarts.")

    assert refusal.value.errors == {"reden": "Schrijf de reden op: de inzender leest die."}
    assert received.state is State.DECLINED
    assert context(db, "signal_declined")["reason"] == "Dit hoort bij de huisarts."


def test_a_question_comes_back_with_its_answer(db: Session, received: Signal, reporter: Actor, people: People) -> None:
    deciding.ask_back(db, people.amsterdam, received, question="Om hoeveel gezinnen gaat het?")
    asked = received.state
    actions.answer_back(db, reporter, received, "Ongeveer tien gezinnen per maand.")

    assert (asked, received.state) == (State.ASKED_BACK, State.RECEIVED)
    assert received.answer == "Ongeveer tien gezinnen per maand."
    assert context(db, "signal_question")["question"] == "Om hoeveel gezinnen gaat het?"
    assert verbs(db, received) == {"signal.asked_back", "signal.answered"}


def test_an_answer_may_not_point_at_a_person_either(
    db: Session, received: Signal, reporter: Actor, people: People
) -> None:
    deciding.ask_back(db, people.amsterdam, received, question="Welke opvang?")

    with pytest.raises(guarding.PersonalData):
        actions.answer_back(db, reporter, received, "Vraag het aan mevrouw Adeyemi.")

    assert received.state is State.ASKED_BACK


def test_two_coordinators_do_not_judge_the_same_signal(db: Session, received: Signal, people: People) -> None:
    deciding.accept(db, people.amsterdam, received, for_agenda=False)

    with pytest.raises(Conflict):
        deciding.decline(db, people.administrator, received, reason="Te laat.")

    assert letters(db) == ["signal_accepted"]


def test_undoing_holds_back_the_letter_and_the_next_decision_writes_again(
    db: Session, received: Signal, people: People
) -> None:
    deciding.accept(db, people.amsterdam, received, for_agenda=True)
    deciding.reopen(db, people.amsterdam, received)
    deciding.decline(db, people.amsterdam, received, reason="Toch niet.")

    states = dict(db.exec(select(Letter.name, Letter.state)).all())
    assert states == {"signal_accepted": LetterState.CANCELLED, "signal_declined": LetterState.QUEUED}


def test_a_reporter_takes_back_until_it_is_on_the_agenda(
    db: Session, received: Signal, reporter: Actor, people: People
) -> None:
    deciding.accept(db, people.amsterdam, received, for_agenda=True)

    with pytest.raises(Refused):
        actions.withdraw(db, reporter, received)
    deciding.reopen(db, people.amsterdam, received)
    actions.withdraw(db, reporter, received)

    assert received.state is State.WITHDRAWN


def test_only_the_reporter_acts_on_a_signal_by_link(db: Session, amsterdam: Region, received: Signal) -> None:
    other = as_actor(db, factories.contact(db, amsterdam, "Fatima Aksoy"))

    with pytest.raises(NotFound):
        actions.withdraw(db, other, received)
    with pytest.raises(NotFound):
        own.own_signal(db, other, received.id)


def test_who_may_not_judge_is_refused(db: Session, received: Signal, people: People, reporter: Actor) -> None:
    for actor in (people.reader, people.advocacy, people.almere, reporter):
        with pytest.raises(NotAllowed):
            deciding.accept(db, actor, received, for_agenda=False)

    assert received.state is State.RECEIVED


# --- Reading --------------------------------------------------------------------------------------------------------


def test_a_coordinator_sees_the_signals_of_their_region_only(
    db: Session, received: Signal, almere: Region, people: People
) -> None:
    theirs = factories.signal(db, almere, "In Almere is geen dagopvang meer.")

    ours = [line.id for line in inbox(db, people.amsterdam, None).lines]
    all_of_them = {line.id for line in inbox(db, people.administrator, None).lines}

    assert ours == [received.id]
    assert all_of_them == {received.id, theirs.id}
    with pytest.raises(NotFound):
        queries.opened(db, people.amsterdam, theirs.id)


def test_a_sensitive_signal_does_not_exist_for_a_reader(
    db: Session, amsterdam: Region, received: Signal, people: People
) -> None:
    secret = factories.signal(db, amsterdam, "Een vertrouwelijk signaal over dwang.", level=Level.SENSITIVE)

    readable = [line.id for line in inbox(db, people.reader, None).lines]
    named = {line.id for line in inbox(db, people.amsterdam, None).lines}

    assert readable == [received.id]
    assert named == {received.id, secret.id}
    with pytest.raises(NotFound):
        queries.opened(db, people.reader, secret.id)


def test_the_oldest_waits_on_top_and_haste_before_it(db: Session, amsterdam: Region, people: People) -> None:
    texts = {}
    for day, urgent in [(3, False), (9, False), (20, True)]:
        one = factories.signal(db, amsterdam, f"Signaal van dag {day} in de nachtopvang.")
        one.submitted_at, one.urgent = datetime(2026, 11, day, 9, tzinfo=UTC), urgent
        texts[one.id] = day
    db.flush()

    assert [texts[line.id] for line in inbox(db, people.amsterdam, None).lines] == [20, 3, 9]


def test_the_menu_counts_what_waits(db: Session, received: Signal, people: People) -> None:
    waits = numbers(db, people.amsterdam, [received.region_id], clock.today())
    elsewhere = numbers(db, people.almere, [received.region_id], clock.today())

    assert queries.new_count(db, people.amsterdam) == 1
    assert queries.new_count(db, people.amsterdam, "almere") == 0
    assert (waits.new_signals, waits.oldest_signal) == (1, received.submitted_at)
    assert (elsewhere.new_signals, elsewhere.oldest_signal) == (0, None)


def test_contacts_see_what_became_of_their_own_signals(
    db: Session, received: Signal, reporter: Actor, samira: Contact, people: People
) -> None:
    actions.save_draft(db, reporter, received.region_id, Told(text="Nog iets"))

    assert [one.state for one in own.signals_of(db, reporter, samira.id)] == [State.DRAFT, State.RECEIVED]
    assert [one.state for one in own.signals_of(db, people.amsterdam, samira.id)] == [State.RECEIVED]
    assert own.signals_of(db, people.almere, samira.id) == []


# --- Waiting too long -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 11, 16), date(2026, 11, 23)),
        (date(2026, 11, 20), date(2026, 11, 27)),
        (date(2026, 11, 21), date(2026, 11, 27)),
    ],
)
def test_a_first_answer_is_due_in_five_working_days(day: date, due: date) -> None:
    assert overdue.due_on(day) == due


def test_coordinators_are_told_once_a_day_of_what_waits_too_long(db: Session, received: Signal, people: People) -> None:
    received.submitted_at = datetime(2026, 11, 13, 9, tzinfo=UTC)
    db.flush()

    first, again = overdue.warn(db, SYSTEM), overdue.warn(db, SYSTEM)

    assert (first, again) == (1, 0)
    assert context(db, "signals_overdue")["count"] == 1
    assert db.exec(select(Letter.to_address)).all() == ["samira.amrani@bsoo.example"]


def test_a_signal_of_this_week_worries_nobody(db: Session, received: Signal, people: People) -> None:
    assert overdue.warn(db, SYSTEM) == 0


# --- The shared list ------------------------------------------------------------------------------------------------


def test_the_list_has_sixteen_themes_and_other_in_both_languages() -> None:
    themes = first_themes()

    assert len(themes) == 17
    assert list(themes)[-1] == "anders"
    for theme in themes.values():
        assert set(theme.name) == set(theme.definition) == set(theme.elsewhere) == set(theme.examples) == {"nl", "en"}
        assert [len(theme.examples["nl"]), len(theme.examples["en"])] == [3, 3], theme.code
