"""What topics say of their messages: read strictly, and weighed between the journey and the deployment."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.contact.caps import Sent
from domain.contact.consent import Statement
from domain.contact.policy import Facts, Policy, weigh
from domain.contact.terms import Terms
from domain.contact.topics import TopicRules
from domain.delivery import Decision, Verdict
from domain.preferences.topics import Topics, read_topics
from domain.yaml_source import Problem

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FILE = """
news: {en: News, pt: Novidades}
offers:
  name: {en: Offers}
  via: [email, sms]
  quiet_hours: 11:00-13:00
  cap: 1/2h, 2/7d
  opt_in: express
alerts: {cap: none, quiet_hours: none}
"""


def read(text: str) -> tuple[Topics, list[str]]:
    """The file, and what is wrong with it."""
    problems: list[Problem] = []
    return read_topics(text, problems), [str(one) for one in problems]


TOPICS = read(FILE)[0]
POLICY = Policy.read("21:00-08:00", "overall 9/1d, topic 1/1d", "* implied").with_topics(TOPICS.rules)


def test_a_topic_may_have_words_rules_or_both() -> None:
    """The short form is for words alone."""
    assert read(FILE)[1] == []
    assert [TOPICS.label(topic, ["en"]) for topic in ("news", "offers", "alerts")] == ["News", "Offers", "Alerts"]
    assert set(TOPICS.rules) == {"offers", "alerts"}
    assert TOPICS.rules["offers"].via == ("email", "sms")
    assert TOPICS.rules["alerts"] == TopicRules(quiet_hours="none", cap=())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("via: fax", "offers: `via` is one or more of sms,"),
        ("via: []", "offers: `via` is one or more of sms,"),
        ("via: [sms, sms]", "offers: `via` is one or more of sms,"),
        ("cap: 3", "offers: 3 is no cap; write 2/7d, several as 1/1d, 2/7d, or none"),
        ("cap: overall 3/1d", "offers: 'overall 3/1d' is no cap"),
        ("quiet_hours: at night", "offers: 'at night' are no quiet hours; write begin and end, such as 21:00-08:00"),
        ("opt_in: maybe", "offers: 'maybe' is no kind of consent; write one of implied, express, confirmed"),
        ("colour: red", "offers: 'colour' is not known here; there are name, via, quiet_hours, cap, opt_in"),
        ("name: Offers", "offers must map locales to words"),
    ],
)
def test_a_mistake_is_told_with_its_line(line: str, told: str) -> None:
    """And with what would be right."""
    other = "opt_in: express" if line.startswith("name") else "name: {en: Offers}"
    [problem] = read(f"offers:\n  {other}\n  {line}\n")[1]
    assert problem.startswith(f"topics.yaml:3: {told}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("offers: {opt-in: express}", "offers: 'opt-in' is not known here; write a locale, or one of name, via"),
        ("Offers!: {en: Offers}", "'Offers!' is no topic"),
    ],
)
def test_a_rule_that_is_misspelt_is_no_locale(text: str, told: str) -> None:
    """Or people would get what they had to be asked for first."""
    [problem] = read(text)[1]
    assert problem.startswith(f"topics.yaml:1: {told}")


def sent(topic: str, hours_ago: float) -> Sent:
    """A mail."""
    return Sent(NOON - timedelta(hours=hours_ago), "email", topic)


@pytest.mark.parametrize(
    ("topic", "terms", "before", "rule"),
    [
        # hours: the journey's, then the topic's, then the deployment's
        ("offers", {}, [], "quiet_hours"),
        ("offers", {"quiet_hours": "none"}, [], "address_usable"),
        ("news", {}, [], "address_usable"),
        # caps: the topic's own in the place of those on each topic; those on all messages stay
        ("news", {}, [sent("news", 3)], "capped"),
        ("offers", {"quiet_hours": "none"}, [sent("offers", 3)], "address_usable"),
        ("offers", {"quiet_hours": "none"}, [sent("offers", 1)], "capped"),
        ("offers", {"quiet_hours": "none"}, [sent("offers", 30), sent("offers", 50)], "capped"),
        ("alerts", {}, [sent("alerts", 1)] * 8, "address_usable"),
        ("alerts", {}, [sent("alerts", 1)] * 9, "capped"),
    ],
)
def test_the_journey_outdoes_the_topic_and_the_topic_the_deployment(
    topic: str, terms: dict[str, Any], before: list[Sent], rule: str
) -> None:
    """At noon, for somebody who has agreed to offers."""
    agreed = Statement("offers", "", True, NOON - timedelta(days=1))
    facts = Facts("UTC", [agreed], before)
    [found] = weigh(POLICY, Terms(**terms), topic, facts, [Decision("email", Verdict.ALLOWED, "address_usable")], NOON)
    assert found.rule == rule


def test_a_topic_may_ask_for_more_consent_or_for_less() -> None:
    """Than the deployment asks for all of them."""
    strict = Policy.read("none", "none", "* confirmed").with_topics(TOPICS.rules)
    usable = [Decision("email", Verdict.ALLOWED, "address_usable")]
    needed = {
        topic: weigh(strict, Terms(), topic, Facts("UTC"), usable, NOON)[0].inputs for topic in ("news", "offers")
    }
    assert {topic: inputs["needed"] for topic, inputs in needed.items()} == {"news": "confirmed", "offers": "express"}


def test_what_topics_count_is_read_as_far_back() -> None:
    """A cap of a week on one topic, where the others look at a day."""
    assert POLICY.looks_back == timedelta(days=7)
