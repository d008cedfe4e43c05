"""Pages speak the language of their reader, with words that were put in when their templates were compiled."""

import pytest
from jinja2 import nodes

from bsoo.templating import environment

pytestmark = pytest.mark.once


def said(language: str, source: str, **values: object) -> str:
    return environment(language).from_string(source).render(**values)


def test_a_word_is_said_in_the_language_of_the_environment() -> None:
    source = '<b>{{ _("Name") }}</b>{% if x %}{{ _("Region") if x > 1 else _("Theme") }}{% endif %}'

    assert said("nl", source, x=2) == "<b>Naam</b>Regio"
    assert said("en", source, x=1) == "<b>Name</b>Theme"


def test_what_is_filled_into_a_text_is_escaped_and_the_text_itself_is_not() -> None:
    source = '{{ _("More for %(name)s", name=name) }}'

    assert said("nl", source, name="<b>Anna & Bo</b>") == "Meer voor &lt;b&gt;Anna &amp; Bo&lt;/b&gt;"


def test_a_number_chooses_between_one_and_many() -> None:
    source = '{{ ngettext("%(num)s contact", "%(num)s contacts", count) }}'

    assert [said("nl", source, count=count) for count in (1, 2)] == ["1 contact", "2 contacten"]


def test_a_text_without_gaps_is_no_call_any_more_once_it_is_compiled() -> None:
    made = environment("nl")
    compiled = made.compile('{{ _("Name") }}{{ _("More for %(name)s", name=name) }}', raw=True)

    assert "Naam" in compiled
    assert "More for %(name)s" in compiled
    assert len(list(made.parse('{{ _("Name") }}').find_all(nodes.Call))) == 1
