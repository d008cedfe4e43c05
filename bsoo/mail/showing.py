"""A letter on the screen of whoever edits it: in light or dark colours, or as plain text."""

from markupsafe import Markup, escape

from bsoo.mail.rendering import Rendered

_DARK = "@media (prefers-color-scheme: dark)"
_SUBJECT = Markup(
    '<p class="ink paper" style="margin:0;padding:14px 20px;background:#ffffff;color:#141b1a;'
    "font:600 16px/1.4 'Segoe UI',Arial,sans-serif;\">{}</p>"
)
"""As a mail program shows it above the letter."""

_PLAIN = Markup(
    '<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>'
    "body {{ margin: 0; padding: 24px; background: {paper}; color: {ink}; font: 15px/1.55 ui-monospace, monospace; }} "
    "h1 {{ font: 700 17px/1.4 'Segoe UI', Arial, sans-serif; margin: 0 0 16px; }} "
    "pre {{ margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }}"
    "</style></head><body><h1>{title}</h1><pre>{text}</pre></body></html>"
)


def page(letter: Rendered, *, dark: bool) -> str:
    """The page in the colours that a mail program in this theme shows, whatever the theme around it."""
    html = letter.html.replace(_DARK, "@media all" if dark else "@media not all")
    head, body, rest = html.partition('<body class="bg"')
    tag, close, shown = rest.partition(">")
    return f"{head}{body}{tag}{close}{_SUBJECT.format(letter.subject)}{shown}"


def plain(title: str, text: str, language: str, *, dark: bool) -> str:
    """Words as a mail program without pages shows them."""
    paper, ink = ("#14191a", "#eef3f1") if dark else ("#ffffff", "#141b1a")
    return str(_PLAIN.format(language=language, title=escape(title), text=escape(text), paper=paper, ink=ink))
