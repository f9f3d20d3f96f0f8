"""People over HTTP: created, changed, listed, handed out, erased."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from client.inputs import SIGNED_UP, Happened, Merged
from domain.addresses import fingerprint
from domain.suppression import Reason
from models import consents, events, pauses, suppressions
from tests.api.conftest import ALICE, Api

CONSENT = {"topic": "onboarding", "given": True, "at": "2026-03-01T09:00:00Z", "source": "form"}
HOUR = timedelta(hours=1)


async def test_a_new_person_is_201_and_a_known_one_200(api: Api) -> None:
    """And the answer says it too."""
    first, second = await api.put("alice"), await api.put("alice")
    assert (first.status_code, first.json()) == (201, {"created": True})
    assert (second.status_code, second.json()) == (200, {"created": False})


async def test_a_person_is_shown_as_they_were_given(api: Api) -> None:
    """With defaults for what was left out."""
    await api.put("alice", ALICE | {"zone": "America/Sao_Paulo", "locale": "pt-br", "consents": [CONSENT]})
    shown = (await api.get("alice")).json()
    assert {name: shown[name] for name in ("user_id", "locale", "zone", "channels", "attributes")} == {
        "user_id": api.user("alice"),
        "locale": "pt-BR",
        "zone": "America/Sao_Paulo",
        "channels": ["email"],
        "attributes": {"first_name": "Alice"},
    }
    assert shown["addresses"] == [{"channel": "email", "address": "alice@example.com", "ended_reason": None}]
    assert shown["consents"] == [CONSENT | {"channel": None, "kind": "express", "by": "tests"}]


async def test_what_is_left_out_stays_and_attributes_are_merged(api: Api) -> None:
    """A service may say only what it knows."""
    await api.put("alice")
    await api.put("alice", {"attributes": {"plan": "team"}, "locale": "id"})
    shown = (await api.get("alice")).json()
    assert shown["attributes"] == {"first_name": "Alice", "plan": "team"}
    assert (shown["locale"], shown["addresses"][0]["address"]) == ("id", "alice@example.com")


async def test_a_signup_starts_the_journeys_that_it_enters(api: Api) -> None:
    """Within a moment, and once however often it is repeated."""
    await api.put("alice")
    await api.put("alice")
    await until_running(api, "alice", ["welcome"])


async def test_an_import_of_old_users_starts_nothing(api: Api) -> None:
    """Nor does news of somebody who does not sign up with it."""
    await api.put("alice", ALICE | {"created_at": "2020-01-01T00:00:00Z"})
    await api.put("bob", {"signup": False})
    for name in ("alice", "bob"):
        assert (await api.get(name, "/journeys")).json() == {"journeys": []}


async def test_a_person_of_whom_nothing_is_said_is_a_person_too(api: Api) -> None:
    """An id is enough; how to reach them may come later."""
    assert (await api.put("bob", {})).status_code == 201


async def test_consents_are_kept_as_they_were_said_and_the_newest_counts(api: Api) -> None:
    """One taken back is another statement, not a change of the first; one said again is the same."""
    taken_back = CONSENT | {"given": False, "at": "2026-04-01T09:00:00Z"}
    for given in ([CONSENT], [CONSENT, taken_back], [CONSENT | {"channel": "sms"}]):
        await api.put("alice", {"consents": given})
    with api.parts.database.session() as session:
        said = [(row.channel, row.given) for row in consents.of_person(session, api.user("alice"))]
    assert sorted(said) == [("", False), ("", True), ("sms", True)]
    shown = (await api.get("alice")).json()["consents"]
    assert [(one["channel"], one["given"]) for one in shown] == [(None, False), ("sms", True)]


async def test_a_consent_of_the_future_does_not_outdo_what_is_taken_back_today(api: Api) -> None:
    """A backend's clock may be ahead; whoever unsubscribes a minute later has unsubscribed."""
    await api.put("bob", {"consents": [CONSENT | {"at": "2999-01-01T00:00:00Z"}]})
    await api.put("bob", {"consents": [{"topic": "onboarding", "given": False}]})
    assert [one["given"] for one in (await api.get("bob")).json()["consents"]] == [False]


async def test_a_consent_says_how_it_was_given_and_who_wrote_it_down(api: Api) -> None:
    """As proof: who, when, how. A service that says nothing of itself is known by its key."""
    confirmed = CONSENT | {"kind": "confirmed", "by": "sign-up service", "channel": "email"}
    await api.put("alice", {"consents": [CONSENT, confirmed]})
    shown = (await api.get("alice")).json()["consents"]
    assert [(one["kind"], one["by"]) for one in shown] == [("express", "tests"), ("confirmed", "sign-up service")]


async def test_every_change_of_consent_can_be_read_with_who_when_and_how(api: Api) -> None:
    """What they said, also when two things were said at the same instant; their pauses, and their STOP."""
    alice, noon = api.user("alice"), datetime(2026, 3, 1, 12, tzinfo=UTC)
    at_once = CONSENT | {"at": noon.isoformat()}
    everything = at_once | {"topic": "*", "given": False, "at": (noon + 5 * HOUR).isoformat()}
    await api.put("alice", ALICE | {"consents": [at_once, at_once | {"given": False}, everything]})
    with api.parts.database.session() as session:
        pauses.record(session, alice, noon + HOUR, noon + 2 * HOUR, "preference centre", "person")
        stop = ("email", fingerprint("email", "alice@example.com"))
        suppressions.suppress(session, *stop, Reason.OPTED_OUT, noon + 3 * HOUR)
        suppressions.free(session, *stop, [Reason.OPTED_OUT], noon + 4 * HOUR)
    changes = (await api.get("alice", "/consents")).json()["changes"]
    assert [(one["change"], one["topic"], one["kind"], one["source"], one["by"]) for one in changes] == [
        ("agreed", "onboarding", "express", "form", "tests"),
        ("taken_back", "onboarding", "express", "form", "tests"),
        ("paused", None, None, "preference centre", "person"),
        ("suppressed", None, None, "opted_out", "provider"),
        ("freed", None, None, "opted_out", "provider"),
        ("taken_back", None, "express", "form", "tests"),
    ]
    shown = (await api.get("alice")).json()["consents"]
    assert [(one["topic"], one["given"]) for one in shown] == [("*", False), ("onboarding", False)]


async def test_a_person_and_what_they_agreed_to_are_stored_together_or_not_at_all(api: Api) -> None:
    """A consent that cannot be kept leaves no person of whom nothing is on record."""
    with api.parts.database.engine.begin() as connection:
        connection.execute(text("alter table consents add constraint no_news check (topic <> 'news')"))
    try:
        answer = await api.put("alice", ALICE | {"consents": [CONSENT | {"topic": "news"}]})
    finally:
        with api.parts.database.engine.begin() as connection:
            connection.execute(text("alter table consents drop constraint no_news"))
    assert (answer.status_code, (await api.get("alice")).status_code) == (500, 404)


async def test_an_event_is_taken_once_by_its_message_id(api: Api) -> None:
    """Whoever is unsure may send it again."""
    await api.put("alice")
    answers = [await api.post("alice", "events", {"name": "first_use", "message_id": "e-1"}) for _ in range(2)]
    assert [(one.status_code, one.json()) for one in answers] == [
        (202, {"new": True, "message_id": "e-1"}),
        (202, {"new": False, "message_id": "e-1"}),
    ]
    assert names_of_events(api, "alice") == [SIGNED_UP, "first_use"]


async def test_events_without_an_id_are_each_one(api: Api) -> None:
    """Nobody can tell whether the second is the first again; the answer says how it is called."""
    await api.put("alice")
    ids = [(await api.post("alice", "events", {"name": "login"})).json()["message_id"] for _ in range(2)]
    assert len(set(ids)) == 2
    assert names_of_events(api, "alice").count("login") == 2


async def test_people_come_in_pages(api: Api) -> None:
    """Each once, in the order of their ids; the last page leads nowhere."""
    for name in ("a", "b", "c"):
        await api.put(name, {"signup": False})
    first = (await api.call("GET", "/v1/users?limit=2")).json()
    rest = (await api.call("GET", f"/v1/users?limit=2&cursor={first['cursor']}")).json()
    shown = [one["user_id"] for one in (*first["people"], *rest["people"])]
    assert (shown, rest["cursor"]) == ([api.user("a"), api.user("b"), api.user("c")], None)


async def test_all_that_is_known_of_a_person_can_be_handed_out(api: Api) -> None:
    """As one JSON document."""
    await api.put("alice", ALICE | {"consents": [CONSENT]})
    await api.post("alice", "events", {"name": "first_use", "properties": {"feature": "import"}})
    answer = await api.get("alice", "/export")
    assert answer.status_code == 200
    for part in (api.user("alice"), "alice@example.com", "first_use", "import", "welcome", "form"):
        assert part in answer.text


async def test_who_is_erased_is_gone_for_good(api: Api) -> None:
    """Nothing is shown, and nothing brings them back; erasing again is no error."""
    await api.put("alice", ALICE | {"consents": [CONSENT]})
    await until_running(api, "alice", ["welcome"])
    answers = [await api.call("DELETE", f"/v1/users/{api.user('alice')}") for _ in range(2)]
    assert [one.status_code for one in answers] == [202, 202]
    late: list[Any] = [await api.put("alice"), await api.post("alice", "events", {"name": "first_use"})]
    assert [one.status_code for one in late] == [410, 410]
    assert [one.json()["type"] for one in late] == ["urn:homing:problem:erased"] * 2
    assert (await api.get("alice")).status_code in (404, 410)
    assert api.user("alice") not in (await api.call("GET", "/v1/users")).text


async def test_an_id_of_before_still_leads_to_the_person(api: Api) -> None:
    """A visitor became Alice: what is said of the visitor is said of her."""
    visitor, alice = api.user("visitor"), api.user("alice")
    await api.call("PUT", f"/v1/users/{alice}", ALICE)
    merged = Merged(previous_id=visitor, user_id=alice)
    visited = Happened(user_id=visitor, name="visited")
    await api.parts.take([visited, merged], strangers=True)
    assert (await api.put("visitor", {"locale": "id", "consents": [CONSENT]})).status_code == 200
    shown = (await api.get("visitor")).json()
    assert (shown["user_id"], shown["locale"], len(shown["consents"])) == (alice, "id", 1)
    assert (await api.get("visitor", "/journeys")).json()["journeys"][0]["journey"] == "welcome"


def names_of_events(api: Api, name: str) -> list[str]:
    """What somebody did, in order."""
    with api.parts.database.session() as session:
        return [row.name for row in events.events_of(session, api.user(name))]


async def until_running(api: Api, name: str, journeys: list[str]) -> None:
    """Wait until somebody is in these journeys and their workflows answer."""
    for _ in range(100):
        shown = (await api.get(name, "/journeys")).json()["journeys"]
        if [one["journey"] for one in shown if one["place"]] == journeys:
            return
    raise AssertionError(shown)
