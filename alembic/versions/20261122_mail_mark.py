"""How far sending is, so that a copy that is put back does not send again what went out since."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_mail_mark"
down_revision = "20261122_vocabularies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=12), nullable=False),
        sa.Column("site", sa.String(length=254), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("held_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_because", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_mark")),
    )
