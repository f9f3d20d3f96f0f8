"""What STOP, START and HELP are answered, as the law asks: who we are, and how to stop."""

import pytest

from domain.inbound import Deed
from domain.keywords import WORDS, Keyword, keyword
from webhooks import twilio_keys
from webhooks.answers import TEXTS, twiml, words

ANSWERED = (Deed.STOPPED, Deed.STARTED, Deed.HELPED)
GSM_SEGMENTS = 160 * 2  # characters of two texts at most


@pytest.mark.parametrize("language", sorted(WORDS))
@pytest.mark.parametrize("deed", ANSWERED)
def test_an_answer_names_the_product_and_a_word_that_works(language: str, deed: Deed) -> None:
    """The word it tells people to reply is one that we understand."""
    text = words(deed, f"{language}-XX", "Acme", "https://acme.example")
    assert text
    assert "Acme" in text
    assert len(text) < GSM_SEGMENTS
    told = {keyword(word.strip(".,")) for word in text.split() if word.isupper() or word.strip(".,").isupper()}
    assert (Keyword.START if deed is Deed.STOPPED else Keyword.STOP) in told


def test_every_language_of_keywords_has_answers() -> None:
    """And only those."""
    assert TEXTS.keys() == twilio_keys.TEXTS.keys() == WORDS.keys()


@pytest.mark.parametrize(
    ("locale", "begin"),
    [("pt-BR", "Acme: você"), ("pt", "Acme: você"), ("de", "Acme: you"), ("", "Acme: you")],
)
def test_the_answer_is_in_the_persons_language(locale: str, begin: str) -> None:
    """English where there is none."""
    assert str(words(Deed.STOPPED, locale, "Acme", "x")).startswith(begin)


@pytest.mark.parametrize("deed", [Deed.STOPPED_BEFORE, Deed.HEARD, Deed.KEPT])
def test_nothing_else_is_answered(deed: Deed) -> None:
    """A second STOP is not confirmed again, and no message is answered by a machine."""
    assert words(deed, "en", "Acme", "x") is None


def test_twiml_holds_the_text_or_nothing() -> None:
    """And is not broken by what a product may be called."""
    assert twiml(None) == '<?xml version="1.0" encoding="UTF-8"?><Response />'
    assert "<Message>A &amp; B &lt;3</Message>" in twiml("A & B <3")
