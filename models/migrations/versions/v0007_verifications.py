"""One-time codes and the limits on them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "verifications",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=True),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("locale", sa.String(length=35), nullable=False),
        sa.Column("channels", postgresql.JSONB(), nullable=False),
        sa.Column("addresses", postgresql.JSONB(), nullable=False),
        sa.Column("decoy", sa.Boolean(), nullable=False),
        sa.Column("link", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("hashes", postgresql.JSONB(), nullable=False),
        sa.Column("counters", postgresql.JSONB(), nullable=False),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("proven", sa.String(length=20), nullable=True),
        sa.Column("created_real_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_real_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_real_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_real_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifications")),
    )
    pending = sa.text("state = 'pending'")
    op.create_index("ix_verifications_pending", "verifications", ["account", "purpose"], postgresql_where=pending)
    op.create_index("ix_verifications_person", "verifications", ["user_id"])
    op.create_index("ix_verifications_created", "verifications", ["created_real_at"])
    op.create_table(
        "code_sends",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("verification_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("contact", sa.String(length=64), nullable=True),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=True),
        sa.Column("block", sa.String(length=20), nullable=True),
        sa.Column("range", sa.String(length=20), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("sent_real_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["verification_id"], ["verifications.id"], name=op.f("fk_code_sends_verification_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_sends")),
        sa.UniqueConstraint("verification_id", "number", name=op.f("uq_code_sends_verification_id_number")),
    )
    op.create_index("ix_code_sends_sent", "code_sends", ["sent_real_at"])
    for name in ("contact", "account"):
        op.create_index(f"ix_code_sends_{name}", "code_sends", [name, "sent_real_at"])
    for name in ("block", "range", "client"):
        known = sa.text(f"{name} is not null")
        op.create_index(f"ix_code_sends_{name}", "code_sends", [name, "sent_real_at"], postgresql_where=known)
    op.create_table(
        "stopped_ranges",
        sa.Column("range", sa.String(length=20), nullable=False),
        sa.Column("stopped_real_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_real_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("range", name=op.f("pk_stopped_ranges")),
    )
    op.create_table(
        "verification_alarms",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=True),
        sa.Column("place", sa.String(length=20), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("real_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_alarms")),
    )
    op.create_index("ix_verification_alarms_at", "verification_alarms", ["real_at"])
    # A message is of a journey's step, or of a verification.
    op.alter_column("messages", "enrollment_id", existing_type=sa.String(length=32), nullable=True)
    op.add_column("messages", sa.Column("verification_id", sa.String(length=32), nullable=True))
    op.create_foreign_key(
        op.f("fk_messages_verification_id"),
        "messages",
        "verifications",
        ["verification_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(
        "ix_messages_verification",
        "messages",
        ["verification_id"],
        postgresql_where=sa.text("verification_id is not null"),
    )
    op.add_column("addresses", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("addresses", "verified_at")
    op.execute("delete from messages where enrollment_id is null")
    op.drop_index("ix_messages_verification", table_name="messages")
    op.drop_constraint(op.f("fk_messages_verification_id"), "messages", type_="foreignkey")
    op.drop_column("messages", "verification_id")
    op.alter_column("messages", "enrollment_id", existing_type=sa.String(length=32), nullable=False)
    for table in ("verification_alarms", "stopped_ranges", "code_sends", "verifications"):
        op.drop_table(table)
