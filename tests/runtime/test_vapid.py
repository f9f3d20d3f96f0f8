"""The key by which push services know us, in the forms in which people have it."""

import subprocess

import pytest
from pydantic import SecretStr

from domain.errors import BadInput, Misconfigured
from runtime import vapid
from runtime.pushing import push_setup
from runtime.settings import Settings, load_from

# RFC 8292 names no private key; this pair is RFC 8291's, appendix A.
PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
PUBLIC = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
NEEDED = {"HOMING_DATABASE_URL": "postgresql://x", "HOMING_VAPID_CONTACT": "mailto:ops@acme.example"}


def test_the_public_half_is_that_of_the_standard() -> None:
    """Browsers are given it."""
    assert vapid.public_key(vapid.read_key(PRIVATE + "=")) == PUBLIC


def test_a_key_of_openssl_is_taken() -> None:
    """As PEM, also with its lines written as in an environment file."""
    command = ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    pem = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert vapid.read_key(pem) == vapid.read_key(pem.strip().replace("\n", "\\n"))


@pytest.mark.parametrize("text", ["secret", PUBLIC, "A" * 43, "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END", "ünï"])
def test_what_is_no_key_is_refused_and_not_repeated(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a process starts, with the name of the variable."""
    with pytest.raises(BadInput, match="keys push"):
        vapid.read_key(text)
    monkeypatch.setattr("os.environ", {})
    with pytest.raises(Misconfigured, match="HOMING_VAPID_PRIVATE_KEY") as raised:
        load_from(Settings, {**NEEDED, "HOMING_VAPID_PRIVATE_KEY": text})
    assert text not in str(raised.value)


def test_half_of_it_is_told() -> None:
    """Without whom to complain to push services may refuse us; without keys nothing can be kept sealed."""
    url, key = SecretStr("postgresql://x"), SecretStr(PRIVATE)
    assert push_setup(Settings(database_url=url)) is None
    with pytest.raises(Misconfigured, match="HOMING_VAPID_CONTACT"):
        push_setup(Settings(database_url=url, vapid_private_key=key))
    with pytest.raises(Misconfigured, match="HOMING_ENCRYPTION_KEYS"):
        push_setup(Settings(database_url=url, vapid_private_key=key, vapid_contact="mailto:ops@acme.example"))
