"""`python3 -m bsoo COMMAND`: exit 0 fine, 1 refused with a clear message, 2 wrong use."""

import typer

from bsoo.cli import keeping, lists, mail, running, texts

app = typer.Typer(
    help="Plans the quarterly BSOO meetings, keeps their network right and closes the loop on what partners signal.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

# In the order in which the help lists them.
app.command()(running.demo)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(running.test)
app.command()(running.serve)
app.command()(running.run)
app.command(name="jobs")(running.timetable)
app.command()(lists.import_contacts)
app.command()(lists.export)
app.command()(texts.guard)
app.command()(mail.receive_mail)
app.command()(mail.held_mail)
app.command()(keeping.grant)
app.command()(keeping.doctor)
app.command()(running.bench)
app.command()(keeping.backup)
app.command()(keeping.restore)
