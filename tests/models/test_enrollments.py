"""Enrollments and the workflows that go with them."""

from models.enrollments import workflow_id_of


def test_no_two_enrollments_share_a_workflow() -> None:
    """Whatever people and appointments are called: an id with a number at its end is not another one's second time."""
    users, keys, entries = ("u", "u~2", "u:2", "2"), ("", "k", "2", "k~2"), (1, 2, 22)
    ids = [workflow_id_of("trip", user, key, entry) for user in users for key in keys for entry in entries]
    assert len(set(ids)) == len(users) * len(keys) * len(entries)


def test_the_first_time_is_the_plain_id() -> None:
    """The one that people type."""
    assert workflow_id_of("trip", "u-1") == "journey/trip/u-1"
    assert workflow_id_of("trip", "u-1", "a-7") == "journey/trip/u-1/a-7"
    assert workflow_id_of("trip", "u-1", entry=2) == "journey/trip/u-1//2"
