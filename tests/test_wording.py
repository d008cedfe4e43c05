"""Texts of letters: what comes with the product is right by its own rules, and what is wrong is said with its place."""

import pytest

from bsoo import i18n
from bsoo.mail.letters import known_letters
from bsoo.mail.wording.built_in import FOLDER, Wording, built_in, keys, letter_of
from bsoo.mail.wording.checking import Mistake, mistakes
from bsoo.mail.wording.fields import FIELDS, known, required
from bsoo.mail.wording.grammar import paragraphs

pytestmark = pytest.mark.once

GOOD = Wording("Overleg op {dag}", "Beste {naam},\n\n{overleg}\n\n{inleiding}\n\n{antwoordknoppen}")


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.speak("en")


def wrong(
    text: str = GOOD.text, *, subject: str = GOOD.subject, button: str = "", name: str = "invitation"
) -> list[str]:
    """The sentences about a Dutch text."""
    return [one.sentence for one in mistakes(name, "nl", Wording(subject, text, button))]


# --- The texts of the product ---------------------------------------------------------------------------------------


def test_every_letter_has_a_text_in_both_languages() -> None:
    assert sorted({letter_of(key) for key in keys()}) == known_letters()
    assert sorted(path.stem for path in (FOLDER / "en").glob("*.txt")) == list(keys())


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("key", keys())
def test_the_text_of_the_product_keeps_to_the_rules_of_texts(key: str, language: str) -> None:
    assert mistakes(key, language, built_in(key, language)) == []


@pytest.mark.parametrize("key", keys())
def test_both_languages_of_a_text_tell_the_same(key: str) -> None:
    dutch, english = (
        [(len(one.lines), one.conditions != ()) for one in paragraphs(built_in(key, language).text)]
        for language in i18n.LANGUAGES
    )

    assert dutch == english


def test_no_name_means_two_things() -> None:
    meanings = {(name, one.en) for one in FIELDS for name in (one.nl, one.en)}

    assert len({name for name, _en in meanings}) == len(meanings)


# --- What is refused ------------------------------------------------------------------------------------------------


def test_a_good_text_has_no_mistakes_in_either_language_of_its_placeholders() -> None:
    english = Wording("Meeting on {Day}", "{meeting}\n\n{ introduction }\n\n{ANSWERS}")

    assert mistakes("invitation", "nl", GOOD) == mistakes("invitation", "nl", english) == []


def test_an_unknown_placeholder_is_shown_with_its_place_and_the_nearest_one() -> None:
    found = mistakes("invitation", "nl", GOOD._replace(text=f"Dag {{naamm}}, welkom.\n\n{GOOD.text}"))

    sentence = "{naamm} is not a placeholder. Did you mean {naam}?"
    assert found == [Mistake("text", sentence, 1, "Dag ", "{naamm}", ", welkom.")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{xyzzy}", "{xyzzy} is not a placeholder. Choose one from the list."),
        ("{reden}", "{reden} does not belong to this letter."),
        ("Kijk: {overleg}", "{overleg} needs a line of its own."),
        ("{online}", "{online} prints nothing. Write {als online} before a paragraph."),
        ("{als zomer}Zon", "{als zomer} is not a placeholder. Choose one from the list."),
        ("Zo: {", "A brace stands alone here. Write a placeholder between two of them."),
        ("{{ 7 * 7 }}", "{ 7 * 7 } is not a placeholder. Choose one from the list."),
    ],
)
def test_what_is_no_placeholder_is_refused(text: str, sentence: str) -> None:
    assert sentence in wrong(f"{GOOD.text}\n\n{text}")


@pytest.mark.parametrize(
    ("left_out", "names"),
    [
        ("{antwoordknoppen}", "{antwoordknoppen} / {knop} / {pagina}"),
        ("{overleg}", "{overleg} / {dag} / {datum}"),
        ("{inleiding}", "{inleiding}"),
    ],
)
def test_what_a_letter_is_for_cannot_be_left_out(left_out: str, names: str) -> None:
    assert wrong(GOOD.text.replace(left_out, "")) == [f"This must be in every letter, so not only in some: {names}."]


@pytest.mark.parametrize("paragraph", ["{als online}{overleg}", "Voor {vervangt}:\n{overleg}"])
def test_what_every_letter_needs_cannot_stand_in_a_paragraph_that_may_be_left_out(paragraph: str) -> None:
    text = GOOD.text.replace("{overleg}", paragraph)

    assert wrong(text) == ["This must be in every letter, so not only in some: {overleg} / {dag} / {datum}."]


def test_a_subject_is_one_line_of_words() -> None:
    assert wrong(subject="") == ["Fill this in."]
    assert wrong(subject="{overleg}") == ["{overleg} cannot stand in a subject."]
    assert wrong(subject="{als online}Kom") == ["{als online} cannot stand in a subject."]
    assert wrong(subject="x" * 201) == ["This is too long. Use at most 200 characters."]


def test_a_button_needs_a_word_and_the_word_is_fixed() -> None:
    assert wrong(f"{GOOD.text}\n\n{{knop}}") == ["Write what the button says."]
    assert wrong(f"{GOOD.text}\n\n{{knop}}", button="Kijk, {naam}") == [
        "The word on a button is fixed: no placeholders here."
    ]


def test_a_variant_knows_only_what_it_can_tell() -> None:
    assert "meeting" in known("signal_accepted.agenda")
    assert "meeting" not in known("signal_accepted.counts")
    assert [one.en for one, *_rest in required("answer_confirmed.online")] == ["button", "meeting", "video link"]
