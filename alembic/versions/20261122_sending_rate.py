"""How fast letters go after the mail server said that it was too fast."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_sending_rate"
down_revision = "20261122_closed_addresses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sending_pace", sa.Column("rate", sa.Float(), nullable=True))
