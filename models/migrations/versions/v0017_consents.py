"""What is agreed to and taken back at the same instant is kept both, so that nothing taken back is lost."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAME = "uq_consents_user_id_topic_channel_at"
PLACE = ["user_id", "topic", "channel", "at"]


def upgrade() -> None:
    op.create_unique_constraint(f"{NAME}_given", "consents", [*PLACE, "given"])
    op.drop_constraint(NAME, "consents")


def downgrade() -> None:
    op.execute("""
        delete from consents using consents as other where consents.given and not other.given
        and (consents.user_id, consents.topic, consents.channel, consents.at)
            = (other.user_id, other.topic, other.channel, other.at)
    """)
    op.create_unique_constraint(NAME, "consents", PLACE)
    op.drop_constraint(f"{NAME}_given", "consents")
