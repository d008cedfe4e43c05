"""Pages speak the language of their reader, with words that were put in when their templates were compiled."""

import pytest

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


def test_what_is_filled_in_may_be_a_number_or_nothing_but_a_name_it_does_not_know_is_refused() -> None:
    assert said("en", '{{ _("More for %(name)s", name=none) }}{{ _("%(per)s %%", per=20) }}') == "More for None20 %"
    with pytest.raises(KeyError, match="name"):
        said("en", '{{ _("More for %(name)s", nam=1) }}')


def test_a_text_is_no_call_any_more_once_it_is_compiled() -> None:
    compiled = environment("nl").compile('{{ _("Name") }}{{ _("More for %(name)s", name=name) }}', raw=True)

    assert "Naam" in compiled
    assert "Meer voor " in compiled
    assert "context.call" not in compiled


def test_what_is_only_printed_is_escaped_part_by_part_without_being_joined_first() -> None:
    source = '{{ _("More for %(name)s", name=name) }}{{ name ~ "&" }}'

    assert "markup_join((Markup" not in environment("nl").compile(source, raw=True)
    assert said("nl", source, name="<i>") == "Meer voor &lt;i&gt;&lt;i&gt;&amp;"
