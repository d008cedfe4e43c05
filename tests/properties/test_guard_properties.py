"""What holds for every text that the guard reads."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from stdnum.nl import bsn

from bsoo.signals.guard import HARD, Known, findings, guard_report

PIECES = st.sampled_from(
    ["Mevrouw", "Habtom", "06 12345678", "111222333", "V-nummer", "2791234567", "a@b.nl", "Kinkerstraat 12", "geb.",
     "12-03-1985", ".", "\n", "Amsterdam", "paspoort NP3D4F5G6", "NL91ABNA0417164300", "\u200b", "é", "😀"]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=12).map(" ".join))


@given(TEXTS)
def test_findings_lie_in_the_text_in_order_without_overlap(text: str) -> None:
    found = findings(text)

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= after.start for one, after in pairwise(found))


@given(TEXTS, TEXTS)
def test_the_same_text_gives_the_same_answer(text: str, other: str) -> None:
    first = findings(text)
    findings(other)

    assert findings(text) == first


@given(TEXTS)
def test_a_report_never_repeats_the_words(text: str) -> None:
    report = guard_report("x", text)

    assert all(set(place) == {"level", "kind", "start", "end"} for place in report["findings"])


@given(TEXTS, st.lists(st.text(max_size=20), max_size=5))
def test_saying_that_a_word_is_no_name_never_hides_what_is_certain(text: str, words: list[str]) -> None:
    certain = [one for one in findings(text) if one.level is HARD]

    assert [one for one in findings(text, Known().with_words(words)) if one.level is HARD] == certain


def with_check_digit(number: int) -> str:
    """The "elfproef": the digits, weighted 9 to 2, leave the last one when divided by eleven."""
    digits = f"{number:08}"
    return f"{digits}{sum(weight * int(digit) for weight, digit in zip(range(9, 1, -1), digits, strict=True)) % 11}"


@given(
    st.integers(min_value=1_000_000, max_value=99_999_999).map(with_check_digit).filter(bsn.is_valid),
    st.sampled_from(["", " ", ".", "-"]),
)
def test_every_valid_bsn_is_certain(number: str, gap: str) -> None:
    text = f"Op de brief staat {gap.join((number[:3], number[3:6], number[6:]))}, zegt men."

    assert HARD in {one.level for one in findings(text)}
