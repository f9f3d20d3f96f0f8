"""What is answered to STOP, START and HELP, in the languages that ship, as TwiML.

The confirmation of a STOP is the one message that may still be sent, so it sells nothing.
"""

from twilio.twiml.messaging_response import MessagingResponse

from domain.inbound import Deed

TEXTS: dict[str, dict[Deed, str]] = {
    "en": {
        Deed.STOPPED: "{product}: you are unsubscribed and get no more messages here. Reply START to get them again.",
        Deed.STARTED: "{product}: you get messages here again. Reply STOP to unsubscribe, HELP for help.",
        Deed.HELPED: "{product}: for help see {url}. Reply STOP to unsubscribe.",
    },
    "es": {
        Deed.STOPPED: "{product}: ya no recibirás más mensajes aquí. Responde ALTA para volver a recibirlos.",
        Deed.STARTED: "{product}: volverás a recibir mensajes aquí. Responde BAJA para dejarlos, AYUDA para ayuda.",
        Deed.HELPED: "{product}: encuentra ayuda en {url}. Responde BAJA para no recibir más mensajes.",
    },
    "id": {
        Deed.STOPPED: "{product}: Anda tidak akan menerima pesan lagi di sini. Balas MULAI untuk menerimanya kembali.",
        Deed.STARTED: "{product}: Anda akan menerima pesan lagi di sini. Balas BERHENTI untuk berhenti.",
        Deed.HELPED: "{product}: bantuan ada di {url}. Balas BERHENTI untuk berhenti menerima pesan.",
    },
    "pt": {
        Deed.STOPPED: "{product}: você não receberá mais mensagens por aqui. Responda VOLTAR para recebê-las de novo.",
        Deed.STARTED: "{product}: você voltará a receber mensagens por aqui. Responda PARAR para cancelar.",
        Deed.HELPED: "{product}: há ajuda em {url}. Responda PARAR para não receber mais mensagens.",
    },
    "tr": {
        Deed.STOPPED: "{product}: artık buradan mesaj almayacaksınız. Yeniden almak için BAŞLA yazın.",
        Deed.STARTED: "{product}: buradan yeniden mesaj alacaksınız. Çıkmak için DUR yazın.",
        Deed.HELPED: "{product}: yardım için {url}. Mesaj almak istemiyorsanız DUR yazın.",
    },
}
DEFAULT = "en"


def words(deed: Deed, locale: str, product: str, url: str) -> str | None:
    """The answer in the language of a locale, None if there is nothing to answer."""
    texts = TEXTS.get(locale.partition("-")[0], TEXTS[DEFAULT])
    return texts[deed].format(product=product, url=url) if deed in texts else None


def twiml(text: str | None) -> str:
    """An answer as Twilio reads it; without a text Twilio sends nothing."""
    response = MessagingResponse()
    if text:
        response.message(text)
    return str(response)
