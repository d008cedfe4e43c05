"""The summary of a refused form: each line says of which field it is, and leads to it."""

import pytest

from bsoo.errors import Misfit, Refused
from bsoo.refusals import name_fields
from tests.pages import Page

FIELD = '<form method="post" action="/aan"><label for="naam">Naam</label><input id="naam" name="naam"></form>'


def summary(refusal: Refused, form: str) -> list[tuple[str, str]]:
    """The lines above a form that was sent to /aan, and where they lead."""
    lines = "".join(f'<li data-field="{name}">{words}</li>' for name, words in refusal.errors.items())
    return Page(name_fields(f'<div class="error-summary"><ul>{lines}</ul></div>{form}', refusal, "/aan")).summary


@pytest.mark.parametrize(
    ("field", "line"),
    [
        (
            '<label for="n">Naam <span class="optional">(mag leeg)</span></label><input id="n" name="x">',
            ("#n", "Naam:"),
        ),
        ('<label for="n">Komt u?</label><select id="n" name="x"></select>', ("#n", "Komt u?")),
        ('<label><input type="checkbox" id="n" name="x"> <span>Akkoord</span></label>', ("#n", "Akkoord:")),
        ('<textarea id="n" name="x" aria-label="Wat u ziet"></textarea>', ("#n", "Wat u ziet:")),
        (
            '<fieldset><legend>Wie?</legend><label><input type="radio" id="n" name="x">Ik</label></fieldset>',
            ("#n", "Wie?"),
        ),
        (
            "<fieldset><legend>Welke mail</legend>"
            '<label><input type="checkbox" id="n" name="x">Verslagen</label>'
            '<label><input type="checkbox" name="x">Uitnodigingen</label></fieldset>',
            ("#n", "Welke mail:"),
        ),
        ('<div id="x" role="group" aria-label="Komt u?"><button name="x">Ja</button></div>', ("#x", "Komt u?")),
    ],
)
def test_a_line_calls_its_field_as_the_page_does(field: str, line: tuple[str, str]) -> None:
    refusal = Misfit("Vul dit in.", "x")

    target, called = line

    assert summary(refusal, f'<form action="/aan?terug=1">{field}</form>') == [(target, f"{called} Vul dit in.")]


def test_of_two_fields_of_one_name_the_one_that_was_sent_is_meant() -> None:
    other = '<form action="/uit"><label for="naam">Naam van een ander</label><input id="naam" name="naam"></form>'
    mine = FIELD.replace('for="naam"', 'for="naam-2"').replace('id="naam"', 'id="naam-2"')

    assert summary(Misfit("Vul dit in.", "naam"), other + mine) == [("#naam-2", "Naam: Vul dit in.")]


def test_what_a_rule_says_stays_where_the_page_does_not_show_its_field() -> None:
    refused = Refused("Vul eerst een plek in.", "venue")

    assert summary(refused, FIELD) == [("", "Vul eerst een plek in.")]


def test_a_form_of_before_is_said_to_be_one_and_said_once() -> None:
    hidden = FIELD.replace("</form>", '<input type="hidden" name="revision"></form>')
    refused = Misfit(errors={"revision": "Vul dit in.", "gone": "Vul dit in.", "naam": "Vul dit in."})

    assert summary(refused, hidden) == [
        ("", "Deze pagina is intussen veranderd. Kijk wat er nu staat en probeer het nog eens."),
        ("#naam", "Naam: Vul dit in."),
    ]


def test_what_stands_in_a_name_is_text() -> None:
    form = FIELD.replace(">Naam<", ">Naam &lt;b&gt;<")

    html = name_fields('<li data-field="naam">Kies &amp; deel.</li>' + form, Misfit("", "naam"), "/aan")

    assert html.partition("</li>")[0] == '<li><a href="#naam">Naam &lt;b&gt;: Kies &amp; deel.</a>'
