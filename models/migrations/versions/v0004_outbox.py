"""What is still to be told to workflows."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with the tables that it is for."""


def downgrade() -> None:
    """Nothing to take back yet."""
