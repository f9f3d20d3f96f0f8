"""What the contact policy looks at, and the hours that messages are held until."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = ["enrollment_id", "step", "pass_number", "channel", "rule"]
BEFORE = "uq_decisions_enrollment_id_step_pass_number_channel_rule"


def upgrade() -> None:
    op.add_column("messages", sa.Column("transactional", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("consents", sa.Column("kind", sa.String(length=20), nullable=False, server_default="express"))
    op.add_column("consents", sa.Column("by", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("decisions", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
    key = [*KEY, "held_until"]
    op.create_unique_constraint("uq_decisions_once", "decisions", key, postgresql_nulls_not_distinct=True)
    op.drop_constraint(BEFORE, "decisions", type_="unique")


def downgrade() -> None:
    op.execute("delete from decisions where held_until is not null")
    op.create_unique_constraint(BEFORE, "decisions", KEY)
    op.drop_constraint("uq_decisions_once", "decisions", type_="unique")
    op.drop_column("decisions", "held_until")
    op.drop_column("consents", "by")
    op.drop_column("consents", "kind")
    op.drop_column("messages", "transactional")
