"""What people may choose, how topics are called, and tokens of links: pure."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.contact.consent import OptIn, Statement
from domain.errors import BadInput
from domain.preferences import centre
from domain.preferences.centre import Switch
from domain.preferences.links import PATHS, Expired, Forged, Links, Purpose
from domain.preferences.topics import Topics
from domain.templates import Templates

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LINKS = Links("https://homing.example/base/", [b"key"])
MESSAGE = "0123456789abcdef0123456789abcdef"
LAYOUT = {"welcome/en.yaml": "sms: Hello\n"}


def said(topic: str, channel: str, *, given: bool, minutes: int = 0, kind: OptIn = OptIn.EXPRESS) -> Statement:
    return Statement(topic, channel, given, NOW + timedelta(minutes=minutes), kind)


OFF, LEFT, BACK = said("news", "", given=False), said("*", "", given=False), said("*", "", given=True, minutes=1)


@pytest.mark.parametrize(
    ("statements", "opt_ins", "on"),
    [
        ([], {}, {"news:email", "news:sms"}),
        ([OFF], {}, set()),
        ([OFF, said("news", "sms", given=True, minutes=1)], {}, {"news:sms"}),
        ([LEFT], {}, set()),
        # Who has left may have one thing back.
        ([LEFT, said("news", "email", given=True, minutes=1)], {}, {"news:email"}),
        # Coming back undoes leaving, and not what was turned off by name.
        ([OFF, LEFT, BACK], {}, set()),
        # A newsletter that asks for consent is off until it is given.
        ([], {"news": OptIn.EXPRESS}, set()),
        ([said("news", "email", given=True)], {"news": OptIn.EXPRESS}, {"news:email"}),
        ([said("news", "email", given=True)], {"news": OptIn.CONFIRMED}, set()),
    ],
)
def test_a_switch_shows_what_the_policy_would_decide(
    statements: list[Statement], opt_ins: dict[str, OptIn], on: set[str]
) -> None:
    """The page never says anything else than the rule that lets messages go."""
    found = centre.switches(["news"], ["email", "sms"], statements, opt_ins)
    assert {one.name for one in found if one.on} == on


def test_coming_back_is_no_consent_to_what_asks_for_one() -> None:
    """Leaving everything and coming back would otherwise be a way into every newsletter."""
    [back] = centre.returning([LEFT])
    returned = Statement(back["topic"], back["channel"], back["given"], NOW + timedelta(days=1), OptIn(back["kind"]))
    [switch] = centre.switches(["news"], ["email"], [returned], {"news": OptIn.EXPRESS})
    assert not switch.on


def test_a_switch_that_is_not_on_the_page_cannot_be_turned() -> None:
    """Whatever a form says, only what is offered is a choice; and what is fixed is none."""
    shown = [Switch("news", "email", on=True), Switch("news", "sms", on=False, fixed=True)]
    assert centre.changes(shown, set(), {"news:sms", "other:email", "*:"}) == []


def test_a_token_says_nothing_and_is_forty_letters() -> None:
    """It names the message alone, and the same link comes out each time."""
    link = LINKS.url(Purpose.UNSUBSCRIBE, MESSAGE, NOW)
    assert link == LINKS.url(Purpose.UNSUBSCRIBE, MESSAGE, NOW)
    assert link.startswith("https://homing.example/base/u/")
    assert len(link.rpartition("/")[2]) == 40


@pytest.mark.parametrize("purpose", PATHS)
def test_a_token_is_good_until_the_end_of_its_last_day(purpose: Purpose) -> None:
    """And for nothing but its purpose."""
    days = {Purpose.UNSUBSCRIBE: 730, Purpose.PREFERENCES: 180, Purpose.PUSH_RECEIPT: 30}[purpose]
    token, last = LINKS.token(purpose, MESSAGE, NOW), datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=days + 1)
    assert LINKS.message(purpose, token, last - timedelta(seconds=1)) == MESSAGE
    with pytest.raises(Expired):
        LINKS.message(purpose, token, last)
    other = next(one for one in Purpose if one is not purpose)
    with pytest.raises(Forged):
        LINKS.message(other, token, NOW)


def test_every_letter_of_a_token_counts() -> None:
    """None can be changed, cut off or added."""
    token = LINKS.token(Purpose.PREFERENCES, MESSAGE, NOW)
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]
    for text in (*changed, token[:-1], token + "A", token + "=", f" {token}", "", "é" * 40):
        with pytest.raises(Forged):
            LINKS.message(Purpose.PREFERENCES, text, NOW)


def test_topics_have_words_by_locale_or_their_own_name() -> None:
    """A topic without words is shown as it is called in the journey."""
    topics = Topics({"news": {"en": "News", "pt": "Novidades"}})
    assert topics.label("news", ["pt-BR", "pt", "en"]) == "Novidades"
    assert topics.label("first-steps", ["tr"]) == "First steps"


@pytest.mark.parametrize("text", ["news: News\n", "news:\n  en: 1\n", "- news\n", "news:\n  en: ''\n"])
def test_a_file_of_topics_that_is_wrong_is_told_with_its_line(text: str) -> None:
    """By the same check as templates."""
    with pytest.raises(BadInput, match=r"topics\.yaml:\d: "):
        Templates.parse({**LAYOUT, "topics.yaml": text}, "en")
