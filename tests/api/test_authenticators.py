"""Authenticator apps over HTTP, as a product's backend uses them."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import text

from domain.keys import Scope
from models import audit
from tests.api.conftest import Api
from tests.api.test_pictures import pixels_of_png, pixels_of_svg, scan

STEP = timedelta(seconds=30)
WRONG_FORM = {"code": "hello"}


@pytest.fixture(autouse=True)
async def alice(bare: Api) -> None:
    """She is known."""
    await bare.put("alice")


def code(secret: str, steps: int = 0) -> dict[str, str]:
    """What an app shows now, or so many steps later."""
    return {"code": pyotp.TOTP(secret).at(datetime.now(UTC) + steps * STEP)}


def wrong(secret: str) -> dict[str, str]:
    """What it shows at no time near."""
    near = {code(secret, steps)["code"] for steps in range(-3, 4)}
    return {"code": next(f"{number:06}" for number in range(10) if f"{number:06}" not in near)}


async def enrol(bare: Api, **form: str) -> dict[str, Any]:
    """Alice begins to set an app up."""
    answer = await bare.post("alice", "authenticators", form)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def confirmed(bare: Api) -> tuple[str, str, list[str]]:
    """An app in use: its id, its secret, and the recovery codes."""
    app = await enrol(bare)
    answer = await bare.post("alice", f"authenticators/{app['id']}/confirm", code(app["secret"]))
    assert answer.status_code == 200, answer.text
    return app["id"], app["secret"], answer.json()["recovery_codes"]


async def check(bare: Api, form: dict[str, str], name: str = "alice", **more: Any) -> Any:
    """Somebody logs in."""
    return await bare.post(name, "authenticators/check", form, **more)


async def test_an_app_is_set_up_scanned_confirmed_and_used(bare: Api) -> None:
    """The whole way; what the backend shows is what the app needs."""
    app = await enrol(bare, name="Alice's phone", account="alice@example.com")
    svg, png = (base64.b64decode(app["qr"][kind].partition(",")[2]) for kind in ("svg", "png"))
    assert scan(pixels_of_svg(svg)) == scan(pixels_of_png(png)) == [app["uri"]]
    scanned = pyotp.parse_uri(app["uri"])
    assert (scanned.issuer, scanned.name, scanned.secret) == ("Homing", "alice@example.com", app["secret"])
    done = await bare.post("alice", f"authenticators/{app['id']}/confirm", code(app["secret"]))
    assert len(done.json()["recovery_codes"]) == 10
    approved = await check(bare, code(app["secret"], 1))
    assert approved.json() == {
        "status": "approved",
        "method": "app",
        "authenticator": app["id"],
        "recovery_codes_left": 10,
    }
    by_paper = await check(bare, {"code": done.json()["recovery_codes"][0].upper()})
    assert (by_paper.json()["method"], by_paper.json()["recovery_codes_left"]) == ("recovery_code", 9)


async def test_the_picture_is_there_until_the_app_is_confirmed(bare: Api) -> None:
    """In both forms, and nobody on the way keeps it."""
    app = await enrol(bare)
    place = f"/authenticators/{app['id']}/qr"
    svg, png = await bare.get("alice", f"{place}.svg"), await bare.get("alice", f"{place}.png")
    assert (svg.headers["Content-Type"], png.headers["Content-Type"]) == ("image/svg+xml", "image/png")
    assert scan(pixels_of_svg(svg.content)) == scan(pixels_of_png(png.content)) == [app["uri"]]
    assert {one.headers["Cache-Control"] for one in (svg, png)} == {"no-store"}
    await bare.post("alice", f"authenticators/{app['id']}/confirm", code(app["secret"]))
    assert (await bare.get("alice", f"{place}.svg")).status_code == 404
    assert (await bare.get("bob", f"{place}.svg")).status_code == 404
    assert (await bare.get("alice", f"{place}.gif")).status_code == 422


async def test_what_is_listed_holds_no_secret(bare: Api) -> None:
    """Names, times, and how many recovery codes are left."""
    device, secret, codes = await confirmed(bare)
    await enrol(bare, name="tablet")
    answer = await bare.get("alice", "/authenticators")
    body = answer.json()
    assert [(one["name"], one["confirmed"]) for one in body["authenticators"]] == [
        ("Authenticator app", True),
        ("tablet", False),
    ]
    assert (body["authenticators"][0]["id"], body["recovery_codes_left"], body["waits"]) == (device, 10, [])
    assert secret not in answer.text
    assert codes[0] not in answer.text


async def test_of_a_right_code_sent_many_times_at_once_one_is_approved(bare: Api) -> None:
    """The others hear that it was used, or have to wait."""
    _, secret, _ = await confirmed(bare)
    answers = await asyncio.gather(*(check(bare, code(secret, 1)) for _ in range(20)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {403, 429}


async def test_an_idempotency_key_makes_no_code_good_twice_and_keeps_no_secret(bare: Api) -> None:
    """A right code must not be right again because the request is."""
    key = {"Idempotency-Key": "k-1"}
    _, secret, _ = await confirmed(bare)
    form = code(secret, 1)
    assert [(await check(bare, form, headers=key)).status_code for _ in range(2)] == [200, 403]
    tablet = await bare.post("alice", "authenticators", {}, headers={"Idempotency-Key": "k-2"})
    with bare.parts.database.engine.connect() as connection:
        kept = connection.execute(text("select * from idempotent_requests")).all()
    assert tablet.json()["secret"] not in f"{kept}"
    assert not [row for row in kept if row.status == 200]


async def test_wrong_codes_are_answered_by_403_and_then_by_429_with_the_time_to_wait(bare: Api) -> None:
    """Until that is over, also the right one."""
    _, secret, codes = await confirmed(bare)
    answers = [await check(bare, wrong(secret)) for _ in range(3)]
    assert {(one.status_code, one.json()["type"]) for one in answers} == {(403, "urn:homing:problem:refused")}
    locked = await check(bare, code(secret, 1))
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "1")
    assert (await bare.get("alice", "/authenticators")).json()["waits"] == [{"kind": "app", "seconds": 1}]
    assert (await check(bare, {"code": codes[0]})).status_code == 200


async def test_who_is_unknown_gets_word_for_word_the_same_answers(bare: Api) -> None:
    """Nobody learns from them who has an account, or a second factor."""
    _, secret, _ = await confirmed(bare)
    await bare.put("bob")

    async def story(name: str) -> list[tuple[int, str, str]]:
        answers = [await check(bare, form, name) for form in [wrong(secret)] * 4 + [WRONG_FORM]]
        answers.append(await bare.call("DELETE", f"/v1/users/{bare.user(name)}/authenticators/{'0' * 16}"))
        told = [(one.status_code, one.json()["type"], one.json()["detail"]) for one in answers]
        return [*told, (200, "", f"{sorted((await bare.get(name, '/authenticators')).json())}")]

    alices, bobs, nobodys = [await story(name) for name in ("alice", "bob", "nobody")]
    assert alices == bobs == nobodys
    assert [status for status, _, _ in alices] == [403, 403, 403, 429, 422, 404, 200]


async def test_an_admin_resets_with_a_reason_and_the_audit_log_has_it(bare: Api) -> None:
    """The key that did it, when, to whom, and why."""
    _, _, codes = await confirmed(bare)
    key = bare.new_key(Scope.AUTHENTICATORS)
    reason = {"reason": "identity checked by phone, ticket 1234"}
    assert (await bare.post("alice", "authenticators/reset", reason, key=key)).status_code == 403
    assert (await bare.post("alice", "authenticators/reset", {})).status_code == 422
    assert (await bare.post("alice", "authenticators/reset", reason)).json() == {"count": 1}
    assert (await check(bare, {"code": codes[0]})).status_code == 403
    with bare.parts.database.session() as session:
        entry = audit.about(session, bare.user("alice"))[-1]
    assert (entry.action, entry.reason) == ("authenticators.reset", reason["reason"])
    assert entry.actor == bare.key.split("_")[2]


async def test_an_admin_lets_in_who_is_locked_out(bare: Api) -> None:
    """The apps stay as they are."""
    _, secret, _ = await confirmed(bare)
    for _ in range(3):
        await check(bare, wrong(secret))
    assert (await bare.post("alice", "authenticators/unlock", {"reason": "called us"})).json() == {"count": 3}
    assert (await check(bare, code(secret, 1))).status_code == 200


async def test_new_recovery_codes_end_the_old_ones(bare: Api) -> None:
    """Shown once, like the first."""
    assert (await bare.post("alice", "authenticators/recovery-codes")).status_code == 409
    _, _, old = await confirmed(bare)
    new = (await bare.post("alice", "authenticators/recovery-codes")).json()["recovery_codes"]
    assert [(await check(bare, {"code": one})).status_code for one in (old[0], new[0])] == [403, 200]


async def test_an_app_is_given_up(bare: Api) -> None:
    """And then it is not there."""
    device, secret, _ = await confirmed(bare)
    path = f"/v1/users/{bare.user('alice')}/authenticators/{device}"
    assert [(await bare.call("DELETE", path)).status_code for _ in range(2)] == [204, 404]
    assert (await check(bare, code(secret, 1))).status_code == 403


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("", {"name": ""}),
        ("", {"name": "x" * 65}),
        ("", {"name": "  "}),
        ("", {"account": "half a \ud800"}),
        ("", {"nome": "phone"}),
        ("/check", {}),
        ("/check", {"code": "1" * 65}),
        ("/check", {"code": 123456}),
        ("/check", {"code": None}),
        ("/0123456789abcdef/confirm", {"code": "hello"}),
        ("/not-an-id/confirm", {"code": "123456"}),
        ("/reset", {"reason": "x" * 201}),
        ("/reset", {"reason": "two\nlines"}),
        ("/reset", {"reason": " "}),
    ],
)
async def test_bad_input_is_told_without_repeating_it(bare: Api, path: str, form: dict[str, Any]) -> None:
    """A code that was pasted into the wrong field is still a secret."""
    answer = await bare.post("alice", f"authenticators{path}", form)
    assert answer.status_code in (400, 422), answer.text
    assert "x" * 65 not in answer.text
    assert "111111" not in answer.text


async def test_only_the_scope_for_it_opens(bare: Api) -> None:
    """A key that may change people may not set up their second factor."""
    key = bare.new_key(Scope.READ, Scope.WRITE)
    assert (await check(bare, {"code": "123456"}, key=key)).status_code == 403
    assert (await bare.get("alice", "/authenticators", key=key)).status_code == 403
    assert (await bare.get("alice", "/authenticators", key=bare.new_key(Scope.AUTHENTICATORS))).status_code == 200
    assert (await bare.get("alice", "/authenticators", key="")).status_code == 401


async def test_neither_codes_nor_accounts_reach_the_log(bare: Api, capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever goes wrong."""
    app = await enrol(bare, account="alice@example.com")
    await bare.post("alice", f"authenticators/{app['id']}/confirm", wrong(app["secret"]))
    await bare.post("alice", f"authenticators/{app['id']}/confirm", {"code": "246810 and my dog"})
    out, err = capfd.readouterr()
    for secret in (app["secret"], "alice@example.com", "246810", wrong(app["secret"])["code"]):
        assert secret not in out + err
