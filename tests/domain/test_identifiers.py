"""Contact points are such as a provider would accept, and no error repeats anybody's address."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.identifiers import check_email, check_locale, check_messenger, check_phone, check_user_id, check_zone, zone


@pytest.mark.parametrize(
    ("number", "e164"),
    [
        ("+5511987654321", "+5511987654321"),  # Brazil
        ("+55 (11) 98765-4321", "+5511987654321"),
        ("+1 415 555 0123", "+14155550123"),  # United States
        ("+44 (0)20 7946 0958", "+442079460958"),  # Great Britain, with the zero that is dialled inside
        ("+49 30 901820", "+4930901820"),  # Germany
        ("+33 6 12 34 56 78", "+33612345678"),  # France
        ("+39 06 698 1234", "+39066981234"),  # Italy keeps its zero
        ("+34 612 34 56 78", "+34612345678"),  # Spain
        ("+90 532 123 45 67", "+905321234567"),  # Turkey
        ("+62 812-3456-7890", "+6281234567890"),  # Indonesia
        ("+91 98765 43210", "+919876543210"),  # India
        ("+86 139 1234 5678", "+8613912345678"),  # China
        ("+81 90-1234-5678", "+819012345678"),  # Japan
        ("+52 55 1234 5678", "+525512345678"),  # Mexico
        ("+54 9 11 2345-6789", "+5491123456789"),  # Argentina
        ("+234 803 123 4567", "+2348031234567"),  # Nigeria
        ("+972 50-123-4567", "+972501234567"),  # Israel
        ("+61 412 345 678", "+61412345678"),  # Australia
        ("+800 1234 5678", "+80012345678"),  # no country
        ("\u202a+55 11 98765\u20114321\u202c", "+5511987654321"),  # copied from a contact list
        ("＋５５１１９８７６５４３２１", "+5511987654321"),  # typed on a Japanese keyboard
    ],
)
def test_phone_numbers_become_e164(number: str, e164: str) -> None:
    """The form that every provider takes."""
    assert check_phone(number) == e164


@pytest.mark.parametrize(
    "number",
    [
        *("", "+", "11987654321", "005511987654321", "(11) 98765-4321"),  # no country
        *("+999 1234 5678", "+55 11", "+5511987654321000", "+1 253 0000", "+52 1 55 1234 5678"),  # no such number
        *("+1 800 FLOWERS", "+14155550123 ext 5", "call +14155550123", "tel:+14155550123"),  # something else besides
        *("+14155550123 / +14155550124", "+14155550123\n+14155550124", "+1" * 500, "\ud800"),
    ],
)
def test_numbers_that_cannot_be_dialled_from_anywhere_are_refused(number: str) -> None:
    """And none is guessed at: half a number reaches somebody else."""
    with pytest.raises(BadInput, match=r"phone .* (is not in international format|has the wrong number of digits)"):
        check_phone(number)


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        ("alice@example.com", "alice@example.com"),
        ("Alice.B@EXAMPLE.com", "Alice.B@example.com"),  # only the domain is the same in any case
        ("alice+news@mail.example.co.uk", "alice+news@mail.example.co.uk"),
        ("o'hara_1-2@example.com", "o'hara_1-2@example.com"),
        ("alice@bücher.example.de", "alice@xn--bcher-kva.example.de"),
        ("alice@пример.рф", "alice@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_addresses_become_what_every_mail_server_takes(address: str, normal: str) -> None:
    """The same address is always written the same."""
    assert check_email(address) == normal


@pytest.mark.parametrize(
    "address",
    [
        *("", "alice", "@example.com", "alice@", "alice@example", "a b@example.com", "alice@exa mple.com"),
        *("alice@example..com", ".alice@example.com", "alice@-example.com", "alice@localhost", "alice@[127.0.0.1]"),
        *("Alice <alice@example.com>", "alice@example.com,bob@example.com", "alice@example.com\n", '"a b"@example.com'),
        *(
            f"{'a' * 65}@example.com",
            f"a@{'b' * 300}.com",
            "älice@example.com",
            "a\0@example.com",
            "\ud800@example.com",
        ),
    ],
)
def test_addresses_that_no_mail_reaches_are_refused(address: str) -> None:
    """Before anything is stored."""
    with pytest.raises(BadInput, match=r"^e-mail .* is not valid: "):
        check_email(address)


@pytest.mark.parametrize(
    ("tag", "normal"),
    [
        ("en", "en"),
        ("pt-BR", "pt-BR"),
        ("pt_br", "pt-BR"),
        ("EN-us", "en-US"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("sr-Latn-RS", "sr-Latn-RS"),
        ("es-419", "es-419"),
        ("fil", "fil"),
    ],
)
def test_locales_become_bcp_47_tags(tag: str, normal: str) -> None:
    """However they are written."""
    assert check_locale(tag) == normal


@pytest.mark.parametrize(
    "tag",
    [
        *("", "x", "xx", "und", "root", "english", "C", "en-XX", "en-", "-en", "en--US", " en", "en\n", "en.UTF-8"),
        *("de@euro", "../en", "en\0", "и", "\ud800", "en-" * 1000),
    ],
)
def test_locales_that_nobody_speaks_are_refused(tag: str) -> None:
    """With an example of the right form."""
    with pytest.raises(BadInput, match="is not known; use a tag such as en, pt-BR or tr") as refused:
        check_locale(tag)
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize("name", ["UTC", "America/Sao_Paulo", "Europe/Kyiv", "Asia/Kathmandu", "Etc/GMT+3", "EST5EDT"])
def test_zones_go_by_their_iana_name(name: str) -> None:
    """Old names are names, too."""
    assert check_zone(name) == name
    assert str(zone(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            "America",
            "america/sao_paulo",
            "utc",
            "GMT+3",
            "+03:00",
            "localtime",
            "Factory",
            "posixrules",
            "zone.tab",
        ),
        *(
            "posix/UTC",
            "right/UTC",
            "../../etc/passwd",
            "/etc/localtime",
            "./UTC",
            "UTC\n",
            "a\0b",
            "\ud800",
            "x" * 9999,
        ),
    ],
)
def test_zones_that_are_no_place_are_refused(name: str) -> None:
    """Also files that happen to lie beside the zones, and that another machine would not have."""
    with pytest.raises(BadInput, match="is not known; use an IANA name such as America/Sao_Paulo") as refused:
        check_zone(name)
    assert len(str(refused.value)) < 150


CHECKS = [check_user_id, check_phone, check_email, check_messenger, check_locale, check_zone]
LIKELY = st.text("+0123456789 ()-./@abcuüß:|\u202a＋٣\0\ud800", max_size=25)
ADDRESSES = st.emails() | st.from_regex(r"\A\+?[0-9 ().-]{7,20}\Z") | LIKELY | st.text()


@pytest.mark.parametrize("check", CHECKS)
@settings(max_examples=80)
@given(text=ADDRESSES)
def test_no_text_raises_anything_else_and_no_good_one_changes_twice(check: Callable[[str], str], text: str) -> None:
    """What was accepted once is accepted as it is."""
    try:
        accepted = check(text)
    except BadInput:
        return
    assert check(accepted) == accepted


@pytest.mark.parametrize("check", [check_user_id, check_phone, check_email, check_messenger])
@settings(max_examples=80)
@given(text=ADDRESSES.filter(lambda text: len(text) > 4))
def test_no_error_holds_the_address_that_it_is_about(check: Callable[[str], str], text: str) -> None:
    """Errors stand in logs."""
    try:
        check(text)
    except BadInput as error:
        told = str(error)
    else:
        return
    assert text not in told
    assert told.encode()
