"""Short links in all that a message says."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from domain.delivery import ChannelName
from domain.links.rewriting import addresses, marked, rewrite_html, rewrite_text
from domain.links.shortening import Numbering


def left_alone(content: Mapping[str, Any], untracked: Collection[str]) -> set[str]:
    """The addresses that are nobody's to count: in texts that a template marks, and those of marked links."""
    return {one for text in untracked for one in addresses(text)} | marked(content.get("html") or "")


def shortened(content: Mapping[str, Any], channel: str, make: Numbering) -> dict[str, Any]:
    """What a message says, with short links; nobody reads one out."""
    if channel == ChannelName.VOICE:
        return dict(content)
    text = partial(rewrite_text, make=make)
    found = {**content}
    if content.get("html"):  # first, as its links are numbered in the order in which they are read
        found["html"], _ = rewrite_html(content["html"], make)
    if content.get("link"):
        found["link"] = make(content["link"]) or content["link"]
    found["text"], _ = text(content["text"])
    if content.get("content_variables"):
        found["content_variables"] = {name: text(value)[0] for name, value in content["content_variables"].items()}
    return found
