"""What mail somebody stopped, by purpose. Who stopped invitations until now got no minutes either, and that stays so."""

from uuid import uuid4  # noqa: TID251 -- a migration imports nothing of ours

import sqlalchemy as sa
from alembic import op

revision = "20261122_mail_stops"
down_revision = "20261122_mailings"
branch_labels = None
depends_on = None

STOPPED_BEFORE = ("invitations", "minutes")


def upgrade() -> None:
    stops = op.create_table(
        "mail_stop",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_mail_stop_contact_id_contact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_stop")),
        sa.UniqueConstraint("contact_id", "purpose", name=op.f("uq_mail_stop_contact_id_purpose")),
    )
    membership = sa.table("membership", sa.column("contact_id", sa.Uuid()), sa.column("stopped_at", sa.DateTime(True)))
    since = sa.func.min(membership.c.stopped_at)
    query = sa.select(membership.c.contact_id, since).where(membership.c.stopped_at.is_not(None))
    found = op.get_bind().execute(query.group_by(membership.c.contact_id)).all()
    rows = [
        {"id": uuid4(), "contact_id": contact_id, "purpose": purpose, "since": moment}
        for contact_id, moment in found
        for purpose in STOPPED_BEFORE
    ]
    if rows:
        op.bulk_insert(stops, rows)
    # The address was closed as well, which a coordinator who invites again did not undo: the row above says it now.
    op.execute("UPDATE blocked SET released_at = since WHERE reason = 'asked by the reader' AND released_at IS NULL")
