"""Authenticator apps and recovery codes."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with the tables that it is for."""


def downgrade() -> None:
    """Nothing to take back yet."""
