"""The order of channels, learned from where a person answers: recent answers move it, and one lucky click does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contact.habits import Habit, Response, learned, score, settled

R = Response
EMAIL_FIRST = ["email", "whatsapp", "sms"]
Told = tuple[str, Response, int, int]

CASES: list[tuple[list[Told], list[str]]] = [
    # nothing is known, or nothing that tells channels apart
    ([], EMAIL_FIRST),
    ([("email", R.DELIVERED, 0, 9), ("sms", R.DELIVERED, 0, 9)], EMAIL_FIRST),
    # mails without receipts, as by plain SMTP, are not held against the channel
    ([("email", R.ACCEPTED, 0, 50), ("whatsapp", R.DELIVERED, 0, 50)], EMAIL_FIRST),
    # one click is luck, two of two are a habit, by one place
    ([("sms", R.CLICKED, 0, 1)], EMAIL_FIRST),
    ([("sms", R.CLICKED, 0, 2)], ["email", "sms", "whatsapp"]),
    # a reply says more than a click, and two say most
    ([("sms", R.REPLIED, 0, 1)], ["sms", "email", "whatsapp"]),
    ([("sms", R.REPLIED, 0, 1), ("whatsapp", R.REPLIED, 0, 2)], ["whatsapp", "sms", "email"]),
    # what nobody answers any more leads back
    ([("sms", R.CLICKED, 0, 2), ("sms", R.DELIVERED, 0, 8)], EMAIL_FIRST),
    # and so does time: what was clicked two months ago counts for a quarter
    ([("sms", R.CLICKED, 2, 2)], EMAIL_FIRST),
    ([("email", R.OPENED, 2, 8), ("whatsapp", R.CLICKED, 0, 6)], ["whatsapp", "email", "sms"]),
    # mails that never arrive
    ([("email", R.FAILED, 0, 12)], ["whatsapp", "email", "sms"]),
    # clicks where nobody asked, such as in a call, add no channel
    ([("voice", R.REPLIED, 0, 5)], EMAIL_FIRST),
]


@pytest.mark.parametrize(("told", "order"), CASES)
def test_channels_are_tried_in_the_order_in_which_the_person_answers(told: list[Told], order: list[str]) -> None:
    """Ties stay as they usually are."""
    assert learned(EMAIL_FIRST, [Habit(*one) for one in told]).channels == order


def test_the_figures_are_handed_on() -> None:
    """For the decision's inputs, so that anybody can see why."""
    found = learned(["email", "sms"], [Habit("sms", R.CLICKED, 0, 2), Habit("sms", R.CLICKED, 1, 1)])
    assert found.why == {
        "order": "learned",
        "learned": {"sms": {"score": 2.0, "clicks": 3}, "email": {"score": 1.0}},
    }


@pytest.mark.parametrize(
    ("told", "topic", "usual", "order"),
    [
        (["sms"], ["email"], EMAIL_FIRST, ["sms"]),  # what the person has told wins
        ([], ["whatsapp", "email"], EMAIL_FIRST, ["whatsapp", "email"]),
        ([], None, ["sms"], ["sms"]),
        ([], None, [], []),
        ([], None, EMAIL_FIRST, None),  # to be learned
    ],
)
def test_what_is_told_needs_no_learning(
    told: list[str], topic: list[str] | None, usual: list[str], order: list[str] | None
) -> None:
    """Nor what leaves no choice."""
    found = settled(told, topic, usual)
    assert (found.channels if found else None) == order


habits = st.lists(
    st.builds(
        Habit, st.sampled_from(EMAIL_FIRST), st.sampled_from(list(Response)), st.integers(0, 2), st.integers(1, 40)
    ),
    max_size=12,
)


@given(habits)
def test_no_channel_is_added_or_lost_and_the_order_of_facts_means_nothing(found: list[Habit]) -> None:
    """Only the order changes; and a better answer never makes a channel worse."""
    order = learned(EMAIL_FIRST, found).channels
    assert sorted(order) == sorted(EMAIL_FIRST)
    assert learned(EMAIL_FIRST, found[::-1]).channels == order
    mine = [one for one in found if one.channel == "sms"]
    assert score([*mine, Habit("sms", R.REPLIED, 0, 1)]) >= score(mine)
