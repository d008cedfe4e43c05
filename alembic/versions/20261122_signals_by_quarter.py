"""Signals are found by their region and quarter, or their region and state, without a look at the rows themselves."""

from alembic import op

revision = "20261122_signals_by_quarter"
down_revision = "20261122_imports_undone"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = ["region_id", "year", "quarter", "theme", "organisation_id", "state", "level"]
    op.create_index("ix_signal_quarter", "signal", columns)
    op.create_index("ix_signal_state", "signal", ["region_id", "state", "level"])
    op.drop_index("ix_signal_trend", "signal")
    op.drop_index("ix_signal_region_id_state", "signal")
