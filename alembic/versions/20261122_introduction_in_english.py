"""The coordinator's words on top of an invitation, also for who reads English."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_introduction_in_english"
down_revision = "20261122_signals_by_quarter"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("introduction_en", sa.String(length=2000), nullable=False, server_default=""))
