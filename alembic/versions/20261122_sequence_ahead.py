"""How far a reader's calendar is ahead of the meeting's SEQUENCE, after un-inviting and inviting again."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_sequence_ahead"
down_revision = "20261122_log_seals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invitation", sa.Column("sequence_ahead", sa.Integer(), nullable=False, server_default="0"))
