"""The static files are whole and ours: nothing is fetched elsewhere, nothing a template names is missing."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from bsoo.templating import FOLDER, STATIC

HTMX = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
OUR_TEXTS = ["tokens.css", "bsoo.css", "bsoo.js", "lines.js"]
ONLY_NAMES = {
    "drill": "the signals behind a number of the trends",
    "next-what": "the middle of three parts; the grid places it",
    "region": "the choice of region in the bar",
    "resp-line": "the sentence above the meter",
    "sig": "one signal in triage",
}
"""Classes that say what a part is and need no rule of their own."""

ICON_ARGUMENT = {"icon": 0, "tag": 1, "hint_line": 1, "notice": 3, "empty": 2, "post_button": 2, "event": 0}
"""Macros of _ui.html that take the name of an icon, and its place among their arguments."""


def test_htmx_is_the_file_that_was_checked() -> None:
    content = (STATIC / "htmx-4.0.1.min.js").read_bytes()

    assert hashlib.sha256(content).hexdigest() == HTMX


def test_our_styles_and_scripts_name_no_other_host() -> None:
    for name in OUR_TEXTS:
        found = re.findall(r"(?:https?:)?//[\w-]+\.[\w.]+", _without_comments(STATIC / name))

        assert found == [], name


def test_every_file_that_the_styles_name_exists() -> None:
    named = [
        address for name in OUR_TEXTS[:2] for address in re.findall(r"url\(\"([^\"]+)\"\)", (STATIC / name).read_text())
    ]

    assert "chevron.svg" in named, "the walk itself is broken"
    assert [address for address in named if not (STATIC / address).is_file()] == []


def test_every_file_in_static_has_its_licence() -> None:
    licences = {path.name for path in (STATIC / "licences").iterdir()}

    assert licences == {
        "LICENSE-bricolage-grotesque-OFL.txt",
        "LICENSE-htmx.txt",
        "LICENSE-lucide.txt",
        "LICENSE-source-sans-3-OFL.txt",
    }


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    known = set(re.findall(r"<symbol id=\"i-([\w-]+)\"", (STATIC / "icons.svg").read_text()))
    named = {(name, path.name) for path in _pages() for name in _icons(path.read_text())}

    assert ("circle-alert", "_ui.html") in named, "the walk itself is broken"
    assert {(name, page) for name, page in named if name not in known} == set()


def test_every_static_file_that_a_template_names_exists() -> None:
    named = {
        (name, path.name) for path in _pages() for name in re.findall(r"\bstatic\(\"([^\"]+)\"\)", path.read_text())
    }

    assert ("bsoo.css", "_document.html") in named, "the walk itself is broken"
    assert {(name, page) for name, page in named if not (STATIC / name).is_file()} == set()


def test_every_class_that_a_page_uses_has_a_look() -> None:
    """A class without a rule is a slip of the pen, or a look that somebody forgot."""
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", (STATIC / "bsoo.css").read_text()))
    used = {
        (name, path.name)
        for path in _pages()
        for written in re.findall(r"class=\"([^\"{]+)\"", path.read_text())
        for name in written.split()
    }

    assert ("sheet", "today.html") in used, "the walk itself is broken"
    assert {(name, page) for name, page in used if name not in styled | set(ONLY_NAMES)} == set()


def test_no_form_uses_the_bubbles_of_the_browser() -> None:
    """The server decides and says it in our words; `required` would stop the form before that."""
    required = re.compile(r"<(?:input|select|textarea)\b[^>]*\srequired\b", re.DOTALL)

    assert required.search('<input name="a" required>')
    assert [path.name for path in _pages() if required.search(path.read_text())] == []


def test_every_form_that_is_sent_leaves_checking_to_the_server() -> None:
    forms = {(form, path.name) for path in _pages() for form in re.findall(r"<form\b[^>]*>", path.read_text())}
    with_fields = {(form, page) for form, page in forms if 'class="form"' in form and 'method="post"' in form}

    assert sorted((form, page) for form, page in with_fields if "novalidate" not in form) == []


def test_every_class_that_sets_a_length_exists() -> None:
    sheet = (STATIC / "bsoo.css").read_text()

    assert [number for number in range(101) if f".v-{number} {{ --v: {number}; }}" not in sheet] == []
    assert [week for week in range(1, 14) if f".at-{week} {{" not in sheet or f".span-{week} {{" not in sheet] == []


def _pages() -> list[Path]:
    """Every template of a page; letters are mail, with rules of their own."""
    return sorted(path for path in FOLDER.rglob("*.html") if "mail" not in path.relative_to(FOLDER).parts[:-1])


def _icons(text: str) -> Iterator[str]:
    """Names of icons: arguments of the macros by place, and icon="…" anywhere."""
    yield from re.findall(r"\bicon=\"([\w-]+)\"", text)
    for macro, arguments in re.findall(r"\b(?:ui\.|_svg|call ui\.)?(\w+)\(([^()]*)", text):
        place = ICON_ARGUMENT.get("icon" if macro == "_svg" else macro)
        parts = [part.strip() for part in re.split(r",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", arguments)]
        if place is not None and len(parts) > place and re.fullmatch(r"\"[\w-]+\"", parts[place]):
            yield parts[place].strip('"')


def _without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//.*?$", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
