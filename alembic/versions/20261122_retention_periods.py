"""How long a kind of record is kept, where an administrator chose it."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_retention_periods"
down_revision = "20261122_member_status"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retention_period",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_retention_period")),
    )
