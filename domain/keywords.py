"""The words by which people stop, start and ask for help: STOP in any language that ships is STOP.

Only a message that is nothing but the word counts, in any case, with or without accents, whatever signs stand around
it: "stop please" and "unstoppable" are ordinary messages.
"""

import re
import unicodedata
from enum import StrEnum


class Keyword(StrEnum):
    """What a message asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"


K = Keyword
# The first line of each language are the words that people are told of; the others are what they write all the same.
# English has what Twilio and the FCC's rule of 2025 name. RET is what Turkish operators make everybody offer.
WORDS: dict[str, dict[Keyword, str]] = {
    "en": {
        K.STOP: "stop, stopall, stop all, unsubscribe, cancel, end, quit, revoke, optout, opt out, opt-out",
        K.START: "start, yes, unstop",
        K.HELP: "help, info",
    },
    "es": {
        K.STOP: "alto, baja, parar, cancelar, salir, detener, no enviar",
        K.START: "alta, iniciar, empezar, comenzar, reanudar, si",
        K.HELP: "ayuda, informacion",
    },
    "id": {
        K.STOP: "berhenti, unreg, keluar, batal",
        K.START: "mulai, lanjut, ya",
        K.HELP: "bantuan, tolong",
    },
    "pt": {
        K.STOP: "parar, pare, sair, cancelar, remover, descadastrar, nao enviar",
        K.START: "voltar, iniciar, comecar, sim",
        K.HELP: "ajuda, informacao",
    },
    "tr": {
        K.STOP: "dur, durdur, ret, iptal, cik, cikis",
        K.START: "basla, baslat, devam, evet",
        K.HELP: "yardim, bilgi",
    },
}
# Word, keyword, language.
TABLE = [
    (word.strip(), keyword, language)
    for language, words in WORDS.items()
    for keyword, line in words.items()
    for word in line.split(",")
]
MEANING = {word: keyword for word, keyword, _ in TABLE}
LANGUAGES = {word: language for word, _, language in reversed(TABLE)}
AROUND = re.compile(r"^[\W_]+|[\W_]+$")  # dots, quotes, stars, emoji: nobody means anything else by them
LONGEST = 40  # characters; what is longer is no keyword, and need not be looked at


def keyword(text: str) -> Keyword | None:
    """What the whole message asks for, None if it is an ordinary one.

    >>> keyword(" Stop! "), keyword("İPTAL"), keyword("stop please")
    (<Keyword.STOP: 'stop'>, <Keyword.STOP: 'stop'>, None)
    """
    text = text.strip()
    return MEANING.get(_plain(text)) if len(text) <= LONGEST else None


def language(text: str) -> str | None:
    """In which language the keyword is; the first of ours, if it is one in several.

    >>> language("Berhenti"), language("Hello")
    ('id', None)
    """
    return LANGUAGES.get(_plain(text)) if keyword(text) else None


def _plain(text: str) -> str:
    """Lower case without accents, dotless and dotted i alike, without what cannot be seen."""
    apart = unicodedata.normalize("NFKD", text)
    seen = "".join(character for character in apart if unicodedata.category(character) not in ("Mn", "Cf"))
    return AROUND.sub("", " ".join(seen.casefold().replace("ı", "i").split()))
