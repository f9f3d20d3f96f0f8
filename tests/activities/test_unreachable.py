"""Nobody to write to, nowhere to write, nothing that may be used: a decision on record, with its sentence, no error."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from activities.orders import Delivered
from channels.protocol import Failure
from client.why import reasons
from domain.addresses import fingerprint
from domain.contact.policy import Policy
from domain.delivery import Outcome
from domain.suppression import Reason
from models import aliases, consents, erasure, pauses, people, suppressions
from tests.activities.conftest import Fakes
from tests.activities.desk import ALICE, NOW, Desk
from tests.fakes import refusal

PHONE, MAIL = str(ALICE["phone"]), str(ALICE["email"])


def nothing(desk: Desk, fakes: Fakes) -> None:
    """As she is."""


def no_addresses(desk: Desk, fakes: Fakes) -> None:
    """Dave has told nothing of himself."""
    desk.enroll("dave", phone=None, email=None, channels=())


def ended(desk: Desk, fakes: Fakes) -> None:
    """Providers have refused both for good."""
    with desk.database.session() as session:
        people.end_address(session, "alice", PHONE, "sms", "unreachable", NOW)
        people.end_address(session, "alice", MAIL, "email", "hard_bounce", NOW)


def suppressed(desk: Desk, fakes: Fakes) -> None:
    """STOP by text, and a complaint about a mail."""
    with desk.database.session() as session:
        suppressions.suppress(session, "sms", fingerprint("sms", PHONE), Reason.OPTED_OUT, NOW)
        suppressions.suppress(session, "email", fingerprint("email", MAIL), Reason.COMPLAINED, NOW)


def refused(desk: Desk, fakes: Fakes) -> None:
    """Providers refuse both now."""
    for channel in ("sms", "email"):
        fakes[channel].raises = [refusal(Failure.PERMANENT, "unreachable")]


def withdrawn(desk: Desk, fakes: Fakes) -> None:
    """She has left everything."""
    with desk.database.session() as session:
        consents.record(session, "alice", [{"topic": "*", "channel": "", "given": False, "at": NOW}])


def paused(desk: Desk, fakes: Fakes) -> None:
    """She wants to be left alone."""
    with desk.database.session() as session:
        pauses.record(session, "alice", NOW, NOW + timedelta(days=2), "page", "person")


def unverified(desk: Desk, fakes: Fakes) -> None:
    """Neither address is confirmed."""
    desk.policy = Policy(verified_only=frozenset({"sms", "email"}))


def not_served(desk: Desk, fakes: Fakes) -> None:
    """This deployment has no provider."""
    for name in list(fakes):
        del fakes[name]


Row = tuple[Callable[[Desk, Fakes], None], dict[str, Any], str, list[str]]
ROWS: list[Row] = [
    (nothing, {"user": "nobody"}, "skipped", ["Nobody is known by that id, so nobody was written to."]),
    (no_addresses, {"user": "dave"}, "skipped", ["No channel was asked for, and we know no address of theirs at all."]),
    (
        no_addresses,
        {"user": "dave", "via": ("sms", "email")},
        "skipped",
        [
            "By sms: we know no address of theirs there; the step asks for sms, email.",
            "By email: we know no address of theirs there; the step asks for sms, email.",
        ],
    ),
    (
        ended,
        {},
        "skipped",
        [
            "By sms: a provider has refused that address for good (unreachable).",
            "By email: a provider has refused that address for good (hard bounce).",
        ],
    ),
    (
        suppressed,
        {},
        "skipped",
        [
            "By sms: nothing goes to that address: somebody wrote STOP from there, or told the provider so.",
            "By email: nothing goes to that address: it was reported as spam from there.",
        ],
    ),
    # each was tried, and the last word is what became of it
    (refused, {}, "failed", ["By sms: not sent (unreachable).", "By email: not sent (unreachable)."]),
    (
        withdrawn,
        {},
        "skipped",
        [
            f"By {channel}: on Sun 1 Mar 2026 09:00 the person said no to all topics on all channels."
            for channel in ("sms", "email")
        ],
    ),
    (
        paused,
        {},
        "skipped",
        [f"By {channel}: the person wants no messages until Tue 3 Mar 2026 09:00." for channel in ("sms", "email")],
    ),
    (
        unverified,
        {},
        "skipped",
        [f"By {channel}: nobody has confirmed yet that the address is theirs." for channel in ("sms", "email")],
    ),
    (
        not_served,
        {},
        "skipped",
        [f"By {channel}: this deployment does not send there, only by none." for channel in ("sms", "email")],
    ),
    (
        nothing,
        {"template": "text_only", "via": ("email",)},
        "skipped",
        ["By email: the template has no text for it, only for sms."],
    ),
]


@pytest.mark.parametrize(("given", "asked", "outcome", "told"), ROWS)
def test_a_person_whom_nothing_reaches_is_a_decision_with_a_sentence(
    desk: Desk, fakes: Fakes, given: Callable[[Desk, Fakes], None], asked: dict[str, Any], outcome: str, told: list[str]
) -> None:
    """The journey goes on after the step; and whoever asks why is told, without an address."""
    given(desk, fakes)
    user = asked.get("user", "alice")
    known = user if user in desk.enrollments else "alice"  # whose enrollment it is by now
    order = replace(desk.order(**{**asked, "user": known}), user=user)
    assert desk.deliver(order) == Delivered(Outcome(outcome), closed=False)
    sentences = [one.sentence for one in reasons(desk.database, known).lines]
    assert sentences[-len(told) :] == told
    assert not [one for one in sentences if PHONE in one or MAIL in one]
    assert not [one for channel in fakes.values() for one in channel.taken]


def test_who_was_merged_meanwhile_gets_nothing_more_and_can_be_erased(desk: Desk, fakes: Fakes) -> None:
    """What waited for the provider is over, and no decision is left behind under an id that nobody has any more."""
    desk.enroll("bob", phone="+14155550124", email="bob@example.com")
    fakes["sms"].raises = [refusal(Failure.TRANSIENT, "busy")]
    desk.refused(desk.order())
    with desk.database.session() as session:
        aliases.move_enrollments(session, "alice", "bob", "merged", NOW)
        aliases.move_rest(session, "alice", "bob", NOW)
    for step in ("say", "and say more"):
        assert desk.deliver(desk.order(step=step)).outcome is Outcome.SKIPPED
    assert (fakes["sms"].taken, desk.decisions("alice")) == ([], [])
    assert desk.story("bob") == [("sms", "failed", "unknown_person")]
    with desk.database.session() as session:
        erasure.remove(session, "key", "bob", ["alice"], NOW)
    assert desk.messages("bob") == []
