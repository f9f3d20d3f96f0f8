"""Who may call the API."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with the tables that it is for."""


def downgrade() -> None:
    """Nothing to take back yet."""
