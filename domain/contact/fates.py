"""What became of a message, in a sentence: what the provider said to it, and what receipts have said since."""

from collections.abc import Mapping

NOT_ARRIVED = {"undelivered", "failed", "bounced"}
OURS = "which somebody here has to mend"
PLAINLY = {
    "template_required": "they had not written there for a day, and the words were not approved ones",
    "credentials_refused": f"the provider does not know our credentials, {OURS}",
    "sender_refused": f"the provider does not let our sender write there, {OURS}",
    "destination_not_enabled": f"our account may not write to that country, {OURS}",
    "content_refused": f"the provider does not take these words, {OURS}",
    "request_refused": f"the provider does not take it as we ask, {OURS}",
    "provider_down": "the provider is down",
    "rate_limited": "the provider, or our own rate, asks to wait",
}
FATES: Mapping[str, str] = {
    "sending": "being sent, or nobody knows yet whether it was",
    "retrying": "not with the provider yet ({reason}); it is tried again",
    "accepted": "sent",
    "failed": "not sent ({reason})",
    "unknown": "it may have been sent, and nobody can be asked ({reason})",
}


def became(state: str, channel: str, reason: str | None, receipt: str | None, failed: str | None = None) -> str:
    """What became of a message, in a sentence; `failed` is why a receipt said that it has not arrived."""
    said = FATES.get(state, state).format(reason=_plainly(reason or "for a reason that was not kept"))
    why_not = f" ({_plainly(failed)})" if failed and receipt in NOT_ARRIVED else ""
    return f"By {channel}: {said}{f', and then {receipt}{why_not}' if receipt else ''}."


def _plainly(reason: str) -> str:
    return PLAINLY.get(reason, reason.replace("_", " "))
