"""Letters that are due are read in the order in which they go, however many are due."""

from alembic import op

revision = "20261122_letters_in_order"
down_revision = "20261122_letters_stay_put"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_letter_due_at", "letter")
    op.drop_index("ix_letter_mailing_id", "letter")
    op.create_index("ix_letter_due_at_id", "letter", ["due_at", "id"])
    op.create_index("ix_letter_mailing_id_due_at_id", "letter", ["mailing_id", "due_at", "id"])
