"""What providers' answers mean: tables, without any input or output."""

import json
import socket
import ssl
from datetime import UTC, datetime, timedelta
from http.client import IncompleteRead, RemoteDisconnected
from typing import Any
from urllib.error import URLError

import pytest
import requests
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError, ProtocolError, SSLError

from channels import sendgrid_errors, twilio_errors
from channels.protocol import Failure

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
POOL = HTTPConnectionPool("homing.example")

TWILIO_ANSWERS: list[tuple[int | None, int, Failure, str]] = [
    (21211, 400, Failure.PERMANENT, "invalid_address"),  # not a phone number
    (21614, 400, Failure.PERMANENT, "invalid_address"),  # a landline
    (63024, 400, Failure.PERMANENT, "invalid_address"),  # not on WhatsApp
    (21610, 400, Failure.PERMANENT, "opted_out"),  # wrote STOP
    (21612, 400, Failure.PERMANENT, "unreachable"),
    (30004, 200, Failure.PERMANENT, "blocked"),  # by callback
    (21216, 400, Failure.PERMANENT, "blocked"),  # a number that Twilio never calls
    (21217, 400, Failure.PERMANENT, "invalid_address"),
    (13224, 200, Failure.PERMANENT, "unreachable"),  # by callback
    (21215, 400, Failure.CONFIGURATION, "destination_not_enabled"),  # calls to that country are not switched on
    (13227, 200, Failure.CONFIGURATION, "destination_not_enabled"),  # the same, by callback
    (21210, 400, Failure.CONFIGURATION, "sender_refused"),  # a number that is not ours cannot call
    (32018, 400, Failure.CONFIGURATION, "content_refused"),  # too much to say
    (10004, 429, Failure.TRANSIENT, "rate_limited"),  # as many calls at a time as the account may make
    (20003, 401, Failure.CONFIGURATION, "credentials_refused"),
    (21408, 403, Failure.CONFIGURATION, "destination_not_enabled"),  # 403, but not about credentials
    (21608, 400, Failure.CONFIGURATION, "destination_not_enabled"),  # trial account, unverified number
    (21603, 400, Failure.CONFIGURATION, "sender_refused"),
    (63007, 400, Failure.CONFIGURATION, "sender_refused"),
    (21617, 400, Failure.CONFIGURATION, "content_refused"),  # too long
    (63016, 400, Failure.CONFIGURATION, "template_required"),  # outside WhatsApp's 24 hours
    (20429, 429, Failure.TRANSIENT, "rate_limited"),
    (21611, 429, Failure.TRANSIENT, "rate_limited"),  # the sender's queue is full
    (20503, 503, Failure.TRANSIENT, "provider_unavailable"),  # Twilio says itself that it did nothing
    (30008, 200, Failure.TRANSIENT, "not_delivered"),
    (20500, 500, Failure.AMBIGUOUS, "provider_error"),
    (None, 500, Failure.AMBIGUOUS, "provider_error"),
    (None, 502, Failure.AMBIGUOUS, "provider_error"),  # a gateway that may have passed it on
    (None, 503, Failure.AMBIGUOUS, "provider_error"),  # without Twilio's code anybody may have said it
    (None, 429, Failure.TRANSIENT, "rate_limited"),
    (None, 401, Failure.CONFIGURATION, "credentials_refused"),
    (None, 403, Failure.CONFIGURATION, "credentials_refused"),
    (99999, 400, Failure.CONFIGURATION, "request_refused"),  # unknown: hold, do not blame the person
    (None, 302, Failure.CONFIGURATION, "request_refused"),
]


@pytest.mark.parametrize(("code", "status", "failure", "reason"), TWILIO_ANSWERS)
def test_twilios_codes_become_neutral_words(code: int | None, status: int, failure: Failure, reason: str) -> None:
    """The code decides, and the HTTP status where there is no known code."""
    error = twilio_errors.from_answer(status, json.dumps({"code": code, "message": "+15551234567"}), None)
    assert (error.failure, error.reason) == (failure, reason)
    assert str(code) in str(error)
    assert "+1555" not in str(error)


@pytest.mark.parametrize("body", ["", "<html>", "[]", '"text"', '{"code": "many"}', '{"code": null}'])
def test_a_body_that_is_not_twilios_counts_by_its_status(body: str) -> None:
    """An error page of a proxy is an outcome, not a traceback."""
    assert twilio_errors.from_answer(502, body, None).failure is Failure.AMBIGUOUS


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("30", timedelta(seconds=30)),
        (None, None),
        ("9" * 5000, None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("-1", None),
    ],
)
def test_twilios_retry_after_is_kept(header: str | None, wait: timedelta | None) -> None:
    """Seconds are understood; anything else leaves the wait to our own rule."""
    assert twilio_errors.from_answer(429, "{}", header).retry_after == wait


def wrapped(reason: Exception) -> requests.ConnectionError:
    return requests.ConnectionError(MaxRetryError(POOL, "/Messages.json?To=%2B15551234567", reason))


TWILIO_SILENCE: list[tuple[requests.RequestException, Failure]] = [
    (wrapped(NewConnectionError(POOL, "refused")), Failure.TRANSIENT),  # type: ignore[arg-type]
    (wrapped(NameResolutionError("homing.example", POOL, socket.gaierror())), Failure.TRANSIENT),  # type: ignore[arg-type]
    (requests.ConnectTimeout(), Failure.TRANSIENT),
    (requests.ReadTimeout(), Failure.AMBIGUOUS),  # it may just be slow
    (requests.ConnectionError(ProtocolError("aborted", RemoteDisconnected(""))), Failure.AMBIGUOUS),
    (requests.exceptions.ChunkedEncodingError(), Failure.AMBIGUOUS),  # broke off in the answer
    (requests.exceptions.SSLError(MaxRetryError(POOL, "/", SSLError())), Failure.AMBIGUOUS),  # at any moment
    (requests.ConnectionError(), Failure.AMBIGUOUS),
]


@pytest.mark.parametrize(("error", "failure"), TWILIO_SILENCE, ids=lambda value: type(value).__name__)
def test_without_an_answer_only_a_missing_connection_is_sure(
    error: requests.RequestException, failure: Failure
) -> None:
    """What was never connected was never sent; everything else is in doubt."""
    translated = twilio_errors.from_exception(error)
    assert translated.failure is failure
    assert "1555" not in str(translated)


def errors(*fields: str | None) -> bytes:
    return json.dumps({"errors": [{"message": "alice@example.com", "field": field} for field in fields]}).encode()


SENDGRID_ANSWERS: list[tuple[int, bytes, Failure, str]] = [
    (400, errors("personalizations.0.to.0.email"), Failure.PERMANENT, "invalid_address"),
    (400, errors("personalizations.0.to"), Failure.PERMANENT, "invalid_address"),
    (400, errors("content"), Failure.CONFIGURATION, "request_refused"),
    (400, errors("personalizations.0.to", "from.email"), Failure.CONFIGURATION, "request_refused"),  # ours too
    (400, errors(None), Failure.CONFIGURATION, "request_refused"),
    (400, b"<html>", Failure.CONFIGURATION, "request_refused"),
    (400, b"[]", Failure.CONFIGURATION, "request_refused"),
    (401, b"", Failure.CONFIGURATION, "credentials_refused"),
    (403, b"", Failure.CONFIGURATION, "credentials_refused"),  # also: sender not verified
    (413, b"", Failure.CONFIGURATION, "request_refused"),  # mail too large
    (429, b"", Failure.TRANSIENT, "rate_limited"),
    (500, b"", Failure.AMBIGUOUS, "provider_error"),
    (502, b"", Failure.AMBIGUOUS, "provider_error"),
    (503, b"", Failure.TRANSIENT, "provider_unavailable"),  # documented: the API is not available
    (504, b"", Failure.AMBIGUOUS, "provider_error"),
    (200, b"<html>", Failure.AMBIGUOUS, "unclear_answer"),  # success is 202
    (202, b"", Failure.AMBIGUOUS, "unclear_answer"),  # but not without X-Message-Id
]


@pytest.mark.parametrize(("status", "body", "failure", "reason"), SENDGRID_ANSWERS)
def test_sendgrids_statuses_become_neutral_words(status: int, body: bytes, failure: Failure, reason: str) -> None:
    """The status decides; a 400 is the person's address only when all that is wrong is the address."""
    error = sendgrid_errors.from_answer(status, body, {}, NOW)
    assert (error.failure, error.reason) == (failure, reason)
    assert "alice" not in str(error)


@pytest.mark.parametrize(
    ("reset", "wait"),
    [
        (str(int(NOW.timestamp()) + 30), timedelta(seconds=30)),
        (str(int(NOW.timestamp()) - 30), timedelta(0)),  # already over, or our clock is ahead
        ("soon", None),
        ("9" * 15, None),
        (None, None),
    ],
)
def test_sendgrids_reset_becomes_a_wait(reset: str | None, wait: timedelta | None) -> None:
    """SendGrid names a moment in Unix seconds; callers get a duration."""
    headers = {} if reset is None else {"X-RateLimit-Reset": reset}
    assert sendgrid_errors.from_answer(429, b"", headers, NOW).retry_after == wait


SENDGRID_SILENCE: list[tuple[Any, Failure]] = [
    (URLError(ConnectionRefusedError()), Failure.TRANSIENT),
    (URLError(socket.gaierror()), Failure.TRANSIENT),
    (URLError(TimeoutError()), Failure.TRANSIENT),  # while connecting
    (TimeoutError(), Failure.AMBIGUOUS),  # while waiting for the answer
    (URLError(ConnectionResetError()), Failure.AMBIGUOUS),
    (URLError(ssl.SSLError()), Failure.AMBIGUOUS),
    (RemoteDisconnected(""), Failure.AMBIGUOUS),
    (ConnectionResetError(), Failure.AMBIGUOUS),
    (IncompleteRead(b""), Failure.AMBIGUOUS),
]


@pytest.mark.parametrize(("error", "failure"), SENDGRID_SILENCE)
def test_a_mail_without_an_answer_is_in_doubt_unless_never_connected(error: Any, failure: Failure) -> None:
    """The same rule as for Twilio, in urllib's exceptions."""
    assert sendgrid_errors.from_exception(error).failure is failure
