"""STOP, START and HELP in every language that ships: the whole message, in any case, and nothing less."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inbound import Deed, Incoming, deed
from domain.keywords import MEANING, WORDS, Keyword, keyword
from runtime.settings import ROOT

K = Keyword


@pytest.mark.parametrize("word", ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPT OUT"])
@pytest.mark.parametrize(
    "form", ["{}", "{} ", "\n{}\r\n", "{}.", '"{}"', "{}!", "\u200b{}\ufeff", "🛑 {} 🙏🏽", "*{}*", "{}?!"]
)
def test_a_stop_is_a_stop_however_it_is_typed(word: str, form: str) -> None:
    """Phones begin with a capital and end with a full stop by themselves."""
    for typed in (word, word.lower(), word.capitalize()):
        assert keyword(form.format(typed)) is K.STOP


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("START", K.START),
        ("yes", K.START),
        ("Unstop", K.START),
        ("HELP", K.HELP),
        ("info", K.HELP),
        ("BAJA", K.STOP),  # es
        ("¡Alto!", K.STOP),
        ("ALTA", K.START),
        ("sí", K.START),
        ("AYUDA", K.HELP),
        ("información", K.HELP),
        ("BERHENTI", K.STOP),  # id
        ("Mulai", K.START),
        ("bantuan", K.HELP),
        ("PARAR", K.STOP),  # pt-BR
        ("Sair", K.STOP),
        ("VOLTAR", K.START),
        ("começar", K.START),
        ("não", None),  # an answer to something, and nobody's opt-out
        ("AJUDA", K.HELP),
        ("DUR", K.STOP),  # tr
        ("RET", K.STOP),
        ("İptal", K.STOP),  # with a dotted capital, as Turkish writes it
        ("IPTAL", K.STOP),  # and as phones without Turkish letters do
        ("ıptal", K.STOP),
        ("ÇIK", K.STOP),
        ("başla", K.START),
        ("YARDIM", K.HELP),
        ("yardım", K.HELP),
        ("BİLGİ", K.HELP),
        ("ＳＴＯＰ", K.STOP),  # full width
        ("Stop please", None),
        ("unstoppable", None),
        ("don't stop", None),
        ("STOP STOP", None),
        ("the end", None),
        ("", None),
        (" ", None),
        ("?", None),
        ("🛑", None),
    ],
)
def test_only_the_whole_message_counts(text: str, means: Keyword | None) -> None:
    """A message that has the word in it is an ordinary one, and a person reads it."""
    assert keyword(text) is means


def test_every_locale_that_ships_has_its_words() -> None:
    """Who gets messages in a language can end them in it."""
    shipped = {path.stem.partition("-")[0] for path in (ROOT / "templates" / "welcome").glob("*.yaml")}
    assert shipped <= WORDS.keys()
    assert all(set(words) == set(Keyword) for words in WORDS.values())


def test_no_word_means_two_things() -> None:
    """In one language or in two: nobody tells us in which one they write."""
    meanings = [
        (word.strip(), key) for words in WORDS.values() for key, line in words.items() for word in line.split(",")
    ]
    assert len(dict(meanings)) == len({word for word, _ in set(meanings)}) == len(set(meanings))
    assert all(keyword(word) is key for word, key in MEANING.items())  # and each is written as it is compared


@given(st.text(max_size=60))
def test_any_text_is_a_keyword_or_none(text: str) -> None:
    """People send everything."""
    assert keyword(text) in {None, *Keyword}


@pytest.mark.parametrize(
    ("channel", "said", "stopped", "more", "done"),
    [
        ("sms", K.STOP, False, {}, Deed.STOPPED),
        ("sms", K.STOP, True, {}, Deed.STOPPED_BEFORE),  # one confirmation is allowed
        ("sms", K.START, True, {}, Deed.STARTED),
        ("sms", K.START, False, {}, Deed.HEARD),  # YES answers something else
        ("sms", K.HELP, True, {}, Deed.HELPED),
        ("sms", None, True, {}, Deed.HEARD),
        ("email", K.STOP, False, {"proven": False}, Deed.STOPPED),  # better too much silence than too little
        ("email", K.START, True, {"proven": False}, Deed.HEARD),  # anybody can write a mail in another's name
        ("email", K.START, True, {}, Deed.STARTED),
        ("email", K.HELP, False, {}, Deed.HEARD),  # nobody answers it by itself, so a person has to
        ("email", K.STOP, False, {"automatic": True}, Deed.KEPT),
        ("email", None, False, {"automatic": True}, Deed.KEPT),  # out of office
    ],
)
def test_what_is_done_with_a_message(
    channel: str, said: Keyword | None, stopped: bool, more: dict[str, bool], done: Deed
) -> None:
    """By what it asks for and by what holds already."""
    incoming = Incoming(channel, "x", "id", "text", keyword=said, **more)  # type: ignore[arg-type]
    assert deed(incoming, stopped=stopped) is done
