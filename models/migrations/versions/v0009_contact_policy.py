"""Consents, preferences and what the contact policy counts."""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with the tables that it is for."""


def downgrade() -> None:
    """Nothing to take back yet."""
