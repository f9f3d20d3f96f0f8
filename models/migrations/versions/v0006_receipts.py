"""What providers report back."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with the tables that it is for."""


def downgrade() -> None:
    """Nothing to take back yet."""
