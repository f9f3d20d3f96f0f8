"""The page behind a link, in the languages that ship: what it asks, and what it says when it is done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkWords:
    """`ask` and `done` name the product."""

    ask: str
    button: str
    done: str
    over: str


WORDS = {
    "en": LinkWords(
        "Was it you who asked {product} for this?",
        "Yes, confirm",
        "Confirmed. You can go back to {product}.",
        "This link is no longer good. Please ask for a new one.",
    ),
    "pt": LinkWords(
        "Foi você que pediu isto no {product}?",
        "Sim, confirmar",
        "Confirmado. Você já pode voltar ao {product}.",
        "Este link não vale mais. Peça um novo.",
    ),
    "id": LinkWords(
        "Apakah kamu yang meminta ini di {product}?",
        "Ya, konfirmasi",
        "Terkonfirmasi. Kamu bisa kembali ke {product}.",
        "Tautan ini sudah tidak berlaku. Silakan minta yang baru.",
    ),
    "tr": LinkWords(
        "{product} için bunu siz mi istediniz?",
        "Evet, onayla",
        "Onaylandı. {product} uygulamasına dönebilirsiniz.",
        "Bu bağlantı artık geçerli değil. Lütfen yenisini isteyin.",
    ),
    "es": LinkWords(
        "¿Has pedido esto en {product}?",
        "Sí, confirmar",
        "Confirmado. Ya puedes volver a {product}.",
        "Este enlace ya no es válido. Pide uno nuevo.",
    ),
}


def words_for(accept_language: str) -> tuple[str, LinkWords]:
    """The first language of a browser's list that there is, else English.

    >>> words_for("de;q=0.9, pt-BR, en;q=0.5")[0]
    'pt'
    """
    wanted = [part.split(";")[0].strip().split("-")[0].lower() for part in accept_language.split(",")]
    found = next((one for one in wanted if one in WORDS), "en")
    return found, WORDS[found]
