"""Whether mail reaches a contact, and when they last signalled something, is told by an index alone."""

from alembic import op

revision = "20261122_told_by_the_index"
down_revision = "20261122_letters_in_order"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_contact_address_reached", "contact_address", ["contact_id", "is_used", "bounced_at"])
    op.drop_index("ix_contact_address_contact_id", "contact_address")
    op.create_index("ix_signal_contact", "signal", ["contact_id", "region_id", "submitted_at"])
    op.drop_index("ix_signal_contact_id", "signal")
