"""The pages behind links, in the languages that ship: what it asks, and what it says when it is done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkWords:
    """`ask`, `done` and `nowhere` name the product. The first sentence is what a page is headed with."""

    ask: str
    button: str
    done: str
    over: str
    nowhere: str
    later: str
    cut: str
    expired: str


WORDS = {
    "en": LinkWords(
        "Was it you who asked {product} for this?",
        "Yes, confirm",
        "Confirmed. You can go back to {product}.",
        "This link is no longer good. Please ask for a new one.",
        "This link leads nowhere any more. Please open {product} itself, or a newer message.",
        "We cannot open this link at the moment. Please try again in a minute.",
        "This link is not complete. Please open it again from the message, or copy all of it.",
        "This link has come to its end. Newer messages have a fresh one; to a text you can answer STOP.",
    ),
    "pt": LinkWords(
        "Foi você que pediu isto no {product}?",
        "Sim, confirmar",
        "Confirmado. Você já pode voltar ao {product}.",
        "Este link não vale mais. Peça um novo.",
        "Este link não leva mais a lugar nenhum. Abra o {product} ou uma mensagem mais recente.",
        "No momento não conseguimos abrir este link. Tente de novo em um minuto.",
        "Este link está incompleto. Abra-o de novo na mensagem ou copie-o inteiro.",
        "Este link expirou. As mensagens mais novas têm um novo; a um SMS você pode responder SAIR.",
    ),
    "id": LinkWords(
        "Apakah kamu yang meminta ini di {product}?",
        "Ya, konfirmasi",
        "Terkonfirmasi. Kamu bisa kembali ke {product}.",
        "Tautan ini sudah tidak berlaku. Silakan minta yang baru.",
        "Tautan ini sudah tidak mengarah ke mana pun. Silakan buka {product} atau pesan yang lebih baru.",
        "Saat ini tautan ini tidak bisa dibuka. Silakan coba lagi sebentar lagi.",
        "Tautan ini tidak lengkap. Buka lagi dari pesannya, atau salin seluruhnya.",
        "Tautan ini sudah berakhir. Pesan yang lebih baru punya yang baru; untuk SMS, balas BERHENTI.",
    ),
    "tr": LinkWords(
        "{product} için bunu siz mi istediniz?",
        "Evet, onayla",
        "Onaylandı. {product} uygulamasına dönebilirsiniz.",
        "Bu bağlantı artık geçerli değil. Lütfen yenisini isteyin.",
        "Bu bağlantı artık bir yere gitmiyor. Lütfen {product} uygulamasını veya daha yeni bir mesajı açın.",
        "Bu bağlantıyı şu anda açamıyoruz. Lütfen bir dakika sonra tekrar deneyin.",
        "Bu bağlantı eksik. Lütfen mesajdan yeniden açın ya da tamamını kopyalayın.",
        "Bu bağlantının süresi doldu. Yeni mesajlarda yenisi var; SMS'e RET yazıp yanıtlayabilirsiniz.",
    ),
    "es": LinkWords(
        "¿Has pedido esto en {product}?",
        "Sí, confirmar",
        "Confirmado. Ya puedes volver a {product}.",
        "Este enlace ya no es válido. Pide uno nuevo.",
        "Este enlace ya no lleva a ninguna parte. Abre {product} o un mensaje más reciente.",
        "Ahora mismo no podemos abrir este enlace. Vuelve a intentarlo en un minuto.",
        "Este enlace no está completo. Ábrelo otra vez desde el mensaje o cópialo entero.",
        "Este enlace ha caducado. Los mensajes más nuevos traen otro; a un SMS puedes responder BAJA.",
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
