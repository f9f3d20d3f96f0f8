"""A message fits its channel, or nobody is sent half of it: a person's data never makes it too long."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.protocol import ChannelError
from channels.voice import LONGEST_TWIML, spoken
from domain.templates import Rendered, RenderError, Templates
from domain.templates.rendered import excess

NAME = "{{ user.attributes.first_name | after: ' ' }}"
TEXTS = ("sms", "whatsapp", "messenger", "voice")
BLOCKS = {
    **{channel: f"{channel}: |\n  Hi{NAME}, {{{{ product.pad }}}}" for channel in TEXTS},
    "push": f"push:\n  title: Hello\n  text: |\n    Hi{NAME}, {{{{ product.pad }}}}",
    "in_app": f"in_app:\n  title: Hello\n  text: |\n    Hi{NAME}, {{{{ product.pad }}}}",
    "email": f"email:\n  subject: |\n    Hi{NAME}, {{{{ product.pad }}}}\n  html: x",
}


def said(channel: str, name: Any, pad: str = "yes") -> Rendered:
    """A message to somebody of this name; `pad` is a text of our own."""
    there = Templates.parse({"hello/en.yaml": BLOCKS[channel]}, "en")
    return there.render("hello", channel, "en", {"user": {"attributes": {"first_name": name}}, "product": {"pad": pad}})


@pytest.mark.parametrize("channel", BLOCKS)
@pytest.mark.parametrize("name", ["x" * 10_000, "👋" * 4_000, "x " * 40_000, "x" * 5_000_000])
def test_a_name_without_end_is_left_out(channel: str, name: str) -> None:
    """The message is one to somebody whose name is not known, and goes out."""
    message = said(channel, name)
    assert "Hi, yes" in f"{message.subject} {message.text}"


@pytest.mark.parametrize(
    ("channel", "longest"),
    [
        ("sms", 1_600),
        ("whatsapp", 1_024),
        ("messenger", 1_600),
        ("voice", 3_873),
        ("push", 2_995),
        ("in_app", 4_000),
        ("email", 255),
    ],
)
def test_a_text_of_our_own_that_does_not_fit_is_an_error_with_its_line(channel: str, longest: int) -> None:
    """As long as a provider takes it is sent; one more character is a mistake of the template's author."""
    pad = longest - len("Hi, ")
    assert said(channel, None, "x" * pad)
    with pytest.raises(RenderError, match=rf"hello/en\.yaml:\d: comes to [\d,]+ .*; {channel} takes [\d,]+"):
        said(channel, None, "x" * (pad + 1))


@given(st.lists(st.text("aş <&>\"'👋"), max_size=5), st.integers(0, 4_000))
def test_a_call_is_as_long_as_twilio_counts_it(lines: list[str], length: int) -> None:
    """What we allow is never refused by the channel, which looks at the TwiML itself, and the other way round."""
    text = "\n".join(["x" * (1 + length), *lines])
    try:
        fits = len(spoken(text, "tr")) <= LONGEST_TWIML
    except ChannelError:
        fits = False
    assert fits == (excess("voice", Rendered(text, "tr")) is None)


@pytest.mark.parametrize(
    ("link", "opens"),
    [
        ("https://acme.example/a?b=c", True),
        ("http://localhost:3000/", True),
        ("/settings", True),
        ("//evil.example", False),  # another site
        ("/\\evil.example", False),  # which browsers read as the one above
        ("javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("data:text/html,x", False),
        ("acme", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("channel", ["push", "in_app"])
def test_a_notification_opens_the_web_and_nothing_else(channel: str, link: str, opens: bool) -> None:
    """A link that is a person's data cannot become a script or lead elsewhere; the notification goes out without it."""
    block = f"{channel}:\n  title: Hi\n  text: Hi\n  link: '{{{{ user.attributes.site }}}}'"
    there = Templates.parse({"hello/en.yaml": block}, "en")
    message = there.render("hello", channel, "en", {"user": {"attributes": {"site": link}}})
    assert message.link == (link if opens else None)
