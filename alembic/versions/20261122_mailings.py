"""Mailings that wait for their time, why one is paused, and who is in it and who is not, with the reason."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_mailings"
down_revision = "20261122_mail_epoch"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mailing", sa.Column("paused_because", sa.String(length=40), nullable=True))
    op.add_column("mailing", sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("mailing", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("letter", sa.Column("why", sa.String(length=40), nullable=False, server_default=""))
    op.create_table(
        "mailing_left_out",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailing_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailing_id"], ["mailing.id"], name=op.f("fk_mailing_left_out_mailing_id_mailing"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_mailing_left_out_contact_id_contact"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing_left_out")),
    )
    for column in ("mailing_id", "contact_id"):
        op.create_index(op.f(f"ix_mailing_left_out_{column}"), "mailing_left_out", [column])
