"""A letter is found by its time as long as it has not ended; its state is in no index, so that it changes in place."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_letters_stay_put"
down_revision = "20261122_consents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letter") as table:
        table.drop_index("ix_letter_state_due_at")
        table.drop_index("ix_letter_mailing_id_state")
        table.alter_column("due_at", existing_type=sa.DateTime(timezone=True), nullable=True)
        table.create_index("ix_letter_due_at", ["due_at"])
        table.create_index("ix_letter_mailing_id", ["mailing_id"])
    op.execute("UPDATE letter SET due_at = NULL WHERE state NOT IN ('queued', 'claimed', 'in-flight')")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE letter SET (fillfactor = 50)")
