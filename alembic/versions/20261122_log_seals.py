"""The chain over the logbook."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_log_seals"
down_revision = "20261122_confirmations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_seal")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_log_seal_entry_id")),
    )
