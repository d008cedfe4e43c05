"""Whether a meeting was held is what the clock says: no state of its own."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_held_by_the_clock"
down_revision = "20261121_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    meeting = sa.table("meeting", sa.column("state"))
    op.execute(meeting.update().where(meeting.c.state == "held").values(state="planned"))
