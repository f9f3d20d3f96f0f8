"""The whole contact policy: what settings say, and what `topics.yaml` says of each topic."""

from domain.contact.policy import Policy
from runtime.settings import PolicySettings
from runtime.template_files import topics


def whole_policy(config: PolicySettings) -> Policy:
    """Raises BadInput for a file of topics that is wrong."""
    return config.policy.with_topics(topics(config.templates_dir).rules)
