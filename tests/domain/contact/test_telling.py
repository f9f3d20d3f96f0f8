"""Every rule has a sentence, with what it looked at, and no sentence is nonsense."""

import ast
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.contact.consent import OptIn, Statement
from domain.contact.fates import FATES, became
from domain.contact.policy import Facts, Policy, weigh
from domain.contact.telling import SENTENCES, why
from domain.contact.terms import Terms
from domain.delivery import Decision, MessageState, Verdict
from tests.test_architecture import ROOT

JAKARTA = ZoneInfo("Asia/Jakarta")
RULE = re.compile(r"[a-z]+(_[a-z]+)+")
MORNING = "2026-03-03T01:00:00+00:00"

TOLD: list[tuple[str, dict[str, Any], str]] = [
    ("address_usable", {}, "By sms: it could go, the address is usable."),
    (
        "address_usable",
        {"past": ["push", "email"]},
        "By sms: it could go, the address is usable; the receipt that the step waits for has not come for what went "
        "out by push, email before.",
    ),
    (
        "address_usable",
        {"transactional": True},
        "By sms: it could go, the address is usable, and it is transactional: neither the hour nor a cap counts.",
    ),
    (
        "address_usable",
        {
            "via": "preferred",
            "order": "learned",
            "learned": {"sms": {"score": 1.86, "clicks": 2}, "email": {"score": 1.0}},
        },
        "By sms: it could go, the address is usable; channels are in the order in which they answer: sms 1.86 "
        "(2 clicks), email 1.0 (nothing yet).",
    ),
    (
        "address_usable",
        {"via": "preferred", "order": "topic"},
        "By sms: it could go, the address is usable; the order of channels is the topic's.",
    ),
    (
        "address_usable",
        {"content_sid": "HX0"},
        "By sms: it could go, the address is usable, in the words that the provider has approved.",
    ),
    (
        "outside_window",
        {"last_inbound_at": MORNING},
        "By sms: the person last wrote there on Tue 3 Mar 2026 08:00, which is a day ago or more, and there are no "
        "words that the provider has approved for such people.",
    ),
    (
        "outside_window",
        {"last_inbound_at": None},
        "By sms: the person has never written there, and there are no words that the provider has approved for such "
        "people.",
    ),
    (
        "quiet_hours",
        {
            "quiet_hours": "21:00-08:00",
            "zone": "Asia/Jakarta",
            "zone_of": "person",
            "local": "23:30",
            "until": MORNING,
        },
        "By sms: held until Tue 3 Mar 2026 08:00, for it was 23:30 there (Asia/Jakarta, their own zone), and from "
        "21:00 to 08:00 it is quiet.",
    ),
    (
        "capped",
        {"cap": "sms 3/1d", "counted": 3, "topic": "news", "capped": "skip", "until": MORNING},
        "By sms: left out, for the person has had 3 messages by sms in the last 1d, and 3 are the most; there is room "
        "again from Tue 3 Mar 2026 08:00.",
    ),
    (
        "capped",
        {"cap": "overall 6/1d", "counted": 7, "topic": "news", "capped": "hold", "until": MORNING},
        "By sms: held until Tue 3 Mar 2026 08:00, for the person has had 7 messages in all in the last 1d, and 6 are "
        "the most.",
    ),
    (
        "yields_to",
        {
            "priority": "low",
            "until": MORNING,
            "to": {"journey": "renewal", "step": "offer", "channel": "email", "priority": "high"},
        },
        "By sms: held until Tue 3 Mar 2026 08:00, as renewal/offer by email waits for the room that the caps leave, "
        "with high priority before low.",
    ),
    (
        "consent_withdrawn",
        {"topic": "news", "said": MORNING, "about": "*", "on": "all channels"},
        "By sms: on Tue 3 Mar 2026 08:00 the person said no to all topics on all channels.",
    ),
    (
        "consent_missing",
        {"topic": "news", "needed": "confirmed"},
        "By sms: messages about news go out only if somebody has agreed to them and confirmed it, and the person has "
        "not.",
    ),
    ("paused_by_person", {"until": MORNING}, "By sms: the person wants no messages until Tue 3 Mar 2026 08:00."),
    (
        "suppressed",
        {"reason": "opted_out"},
        "By sms: nothing goes to that address: somebody wrote STOP from there, or told the provider so.",
    ),
    (
        "address_ended",
        {"reason": "hard_bounce"},
        "By sms: a provider has refused that address for good (hard bounce).",
    ),
    ("unverified", {}, "By sms: nobody has confirmed yet that the address is theirs."),
    ("country_not_allowed", {}, "By sms: no codes go to numbers of that country."),
    ("no_address", {"via": ["sms"]}, "By sms: we know no address of theirs there; the step asks for sms."),
    ("no_text_for_channel", {"written": ["email"]}, "By sms: the template has no text for it, only for email."),
    ("channel_not_configured", {"served": []}, "By sms: this deployment does not send there, only by none."),
]
NO_CHANNEL = {
    "no_channel_preferred": "No channel was asked for, and we know no address of theirs at all.",
    "code_limit": "A limit on codes was reached (not kept), so the code was to be asked for later.",
    "unknown_person": "Nobody is known by that id, so nobody was written to.",
    "no_channel_left": "No channel is left after all of them, for each gets its turn once.",
    "arrived_before": "Nothing more was sent, for what went out before has arrived meanwhile.",
    "gave_up": "It was tried until it was too late, and nothing could be decided in time.",
}


@pytest.mark.parametrize(("rule", "inputs", "sentence"), TOLD)
def test_a_rule_is_told_with_what_it_looked_at(rule: str, inputs: dict[str, Any], sentence: str) -> None:
    """On the person's clock."""
    assert why(rule, "sms", inputs, JAKARTA) == sentence


@pytest.mark.parametrize(("rule", "sentence"), NO_CHANNEL.items())
def test_a_rule_without_a_channel_is_told_too(rule: str, sentence: str) -> None:
    """Where there was not even one to try."""
    assert why(rule, "", {}, UTC) == sentence


def test_every_rule_of_the_code_has_its_sentence_and_its_row_here() -> None:
    """A new rule cannot be forgotten: they are read from where decisions are made."""
    made: set[object] = set()
    for file in (*(ROOT / "domain").rglob("*.py"), *(ROOT / "activities").rglob("*.py")):
        for call in (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)):
            if getattr(call.func, "id", "") in ("Decision", "Objection", "_hold"):
                made |= {one.value for one in call.args if isinstance(one, ast.Constant)}
    made = {one for one in made if isinstance(one, str) and RULE.fullmatch(one)} | {
        "capped",
        "unverified",
        "suppressed",
    }
    assert made - {"gave_up"} <= SENTENCES.keys()
    assert {rule for rule, *_ in TOLD} | NO_CHANNEL.keys() == SENTENCES.keys()


@pytest.mark.parametrize("rule", SENTENCES)
def test_an_old_decision_without_its_inputs_is_still_told(rule: str) -> None:
    """Rows are kept for years, and what is written into them may change."""
    assert why(rule, "sms", {}, UTC).startswith("By sms: ")


def test_a_rule_that_nobody_knows_any_more_is_told_by_its_name() -> None:
    """Rather that than an error."""
    assert why("moon_phase", "sms", {}, UTC) == "By sms: the rule moon_phase said so."


def test_what_the_policy_writes_down_is_what_is_told() -> None:
    """The table above is of rows by hand; these are made by the rules themselves."""
    night = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    policy = Policy.read("21:00-08:00", "sms 1/1d", "* express")
    no = Statement("news", "sms", given=False, at=night - timedelta(days=1), kind=OptIn.EXPRESS)
    yes = Statement("news", "", given=True, at=night - timedelta(days=2))
    usable = Decision("sms", Verdict.ALLOWED, "address_usable")
    told = []
    for said in ([yes], [yes, no], []):
        [found] = weigh(policy, Terms(), "news", Facts("Asia/Jakarta", said), [usable], night)
        told.append(why(found.rule, found.channel, found.inputs, JAKARTA))
    assert told == [
        "By sms: held until Tue 3 Mar 2026 08:00, for it was 23:30 there (Asia/Jakarta, their own zone), and from "
        "21:00 to 08:00 it is quiet.",
        "By sms: on Sun 1 Mar 2026 23:30 the person said no to the topic news on sms.",
        "By sms: messages about news go out only if somebody has agreed to them, and the person has not.",
    ]


def test_every_state_of_a_message_is_told() -> None:
    """With its reason, and the last that was heard of it."""
    assert FATES.keys() == set(MessageState)
    assert became("failed", "sms", "not_a_number", None) == "By sms: not sent (not a number)."
    mend = "the provider does not let our sender write there, which somebody here has to mend"
    assert became("retrying", "sms", "sender_refused", None) == (
        f"By sms: not with the provider yet ({mend}); it is tried again."
    )
    assert why("no_address", "push", {}, UTC).startswith("By push: no browser of theirs allows notifications")
    assert became("accepted", "sms", None, "delivered") == "By sms: sent, and then delivered."
    late = became("accepted", "sms", None, "undelivered", "not_delivered")
    assert late == "By sms: sent, and then undelivered (not delivered)."
    assert became("accepted", "sms", None, "delivered", "not_delivered") == "By sms: sent, and then delivered."
