"""What is still to be told to workflows; previous ids of people; who was erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=False),
        sa.Column("enrollment_id", sa.String(length=32), nullable=True),
        sa.Column("workflow_id", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("created_real_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_real_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_aside_real_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    waiting, set_aside = "set_aside_real_at is null", "set_aside_real_at is not null"
    op.create_index("ix_outbox_waiting", "outbox", ["user_id", "id"], postgresql_where=waiting)
    op.create_index("ix_outbox_set_aside", "outbox", ["id"], postgresql_where=set_aside)
    # Rows come and go all the time: what is dead is cleared away by its number, not as a share of the table.
    op.execute("alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)")
    op.create_table(
        "aliases",
        sa.Column("previous_id", sa.String(length=128), nullable=False),
        sa.Column("user_id", sa.String(length=128), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["people.id"], name=op.f("fk_aliases_user_id")),
        sa.PrimaryKeyConstraint("previous_id", name=op.f("pk_aliases")),
    )
    op.create_index("ix_aliases_person", "aliases", ["user_id"])
    op.create_table(
        "erasures",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erasures")),
    )
    # Everybody so far was signed up by their own id. The default stays, for workers of the old code.
    op.add_column("people", sa.Column("identified", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("people", "identified")
    op.drop_table("erasures")
    op.drop_index("ix_aliases_person", table_name="aliases")
    op.drop_table("aliases")
    op.drop_index("ix_outbox_set_aside", table_name="outbox")
    op.drop_index("ix_outbox_waiting", table_name="outbox")
    op.drop_table("outbox")
