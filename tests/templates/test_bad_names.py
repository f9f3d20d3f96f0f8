"""What people call themselves is printed or left out, and changes nothing else, in each template and language."""

from html.parser import HTMLParser
from typing import Any

import pytest

from domain.templates import Rendered
from domain.templates.rendered import excess
from domain.templates.telling import CODE, sample_of, told
from tests.templates.test_golden import EACH, LINKS, NOW, PRODUCT, shipped

# A name, and how it stands in a message; None for one that is left out.
NAMES: dict[str, str | None] = {
    "{{ 7 | times: 7 }}": "{{ 7 | times: 7 }}",  # Liquid in a value is text
    "{% for i in (1..9) %}x{% endfor %}": "{% for i in (1..9) %}x{% endfor %}",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>': '"><img src=x onerror=alert(1)>',
    "Bob\r\nBcc: eve@example.com": "Bob Bcc: eve@example.com",  # on one line
    "Bob\u2028\u0085Eve": "Bob Eve",
    "\u202eEve\u2066": "Eve",  # would turn round what follows
    "Bob\x00\x1b[31m": "Bob[31m",
    "نور الدين": "نور الدين",
    "נועה": "נועה",
    "👩‍👩‍👧‍👦 Zoë 𝔅": "👩‍👩‍👧‍👦 Zoë 𝔅",  # four bytes each, joined by a mark that has to stay
    "javascript:alert(1)": None,
    "x" * 10_000: None,
    "👋" * 10_000: None,
    " \t\n": None,
}
SENT = [(name, channel, locale) for name, locale in EACH for channel in shipped().channels(name)]


class Tags(HTMLParser):
    """The tags of a page with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, Any]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


def sent(template: str, channel: str, locale: str, first_name: Any) -> Rendered:
    """What somebody of this name gets; all else that varies is called the same."""
    links = {} if template == CODE else LINKS
    who = told("bob-1", {"first_name": first_name}, PRODUCT, NOW, journey="onboarding", links=links)
    others = {"offer": {"code": first_name}, "feature": {"name": first_name, "summary": first_name}}
    more = sample_of(template, channel) if template == CODE or first_name == "Bob" else others
    return shipped().render(template, channel, locale, {**who, **more})


@pytest.mark.parametrize(("template", "channel", "locale"), SENT)
def test_no_name_does_harm(template: str, channel: str, locale: str) -> None:
    """One line where there is one, the tags and links of the template, no marks that disguise, room on the channel."""
    for name, shown in NAMES.items():
        message = sent(template, channel, locale, name)
        lines = [message.subject or "", message.title or "", message.link or ""]
        assert all(len(line.splitlines()) <= 1 for line in lines)
        assert not set("\u202e\u2066\x00\x1b") & set("".join([message.text, message.html or "", *lines]))
        assert excess(channel, message) is None
        assert message.link == (PRODUCT["url"] if message.title else None)
        if shown is None and name.strip() and channel != "email":  # whose text may be as long as one likes
            assert name[:50] not in message.text
        if message.html is not None:
            tags, plain = Tags(message.html).found, Tags(str(sent(template, channel, locale, "Bob").html)).found
            assert {each for each, _ in tags} <= {each for each, _ in plain}
            assert all(not attribute.startswith("on") for _, given in tags for attribute, _ in given)
            assert {dict(given).get("href") for _, given in tags} <= {dict(given).get("href") for _, given in plain}


@pytest.mark.parametrize(("name", "shown"), NAMES.items(), ids=lambda value: str(value)[:20])
def test_a_name_is_printed_as_it_is_or_left_out(name: str, shown: str | None) -> None:
    """As text in each channel that greets people by it."""
    greeted = sent("welcome", "email", "en", name)
    assert greeted.subject == (f"Welcome to Homing, {shown}" if shown else "Welcome to Homing")
    assert sent("welcome", "push", "en", name).title == (
        f"Welcome to Homing, {shown}!" if shown else "Welcome to Homing!"
    )
    said = " ".join(sent("welcome", "sms", "en", name).text.split())
    assert said.startswith(f"Welcome to Homing, {shown}!" if shown else "Welcome to Homing!")
