"""Keys that people press while a call is read out to them: what each means stands in the URL, which we have made."""

from collections.abc import Mapping

from twilio.twiml.voice_response import VoiceResponse

from channels.voice import language_of, listening
from domain.delivery import ChannelName
from domain.inbound import Deed, Incoming
from domain.keywords import keyword
from webhooks.refusals import Garbled
from webhooks.twilio_addresses import NUMBER
from webhooks.twilio_status import CALL_SID

THANKS, STOPPED, AGAIN = "thanks", "stopped", "again"
TEXTS: dict[str, dict[str, str]] = {
    "en": {
        THANKS: "Thank you. Goodbye!",
        STOPPED: "We will not call you again. Goodbye!",
        AGAIN: "Please press {keys}.",
    },
    "es": {
        THANKS: "Gracias. ¡Adiós!",
        STOPPED: "No volveremos a llamarte. ¡Adiós!",
        AGAIN: "Por favor, pulsa {keys}.",
    },
    "id": {
        THANKS: "Terima kasih. Sampai jumpa!",
        STOPPED: "Kami tidak akan menelepon Anda lagi. Sampai jumpa!",
        AGAIN: "Silakan tekan {keys}.",
    },
    "pt": {
        THANKS: "Obrigado. Até logo!",
        STOPPED: "Não vamos mais ligar para você. Até logo!",
        AGAIN: "Por favor, tecle {keys}.",
    },
    "tr": {
        THANKS: "Teşekkürler. Hoşça kalın!",
        STOPPED: "Sizi bir daha aramayacağız. Hoşça kalın!",
        AGAIN: "Lütfen şu tuşlardan birine basın: {keys}.",
    },
}
DEFAULT = "en"


def pressed(meanings: Mapping[str, str], form: Mapping[str, str]) -> Incoming | None:
    """What the key says, None for one that says nothing. A call has one answer. Raises Garbled."""
    sid, called, key = form.get("CallSid", ""), form.get("To", ""), form.get("Digits", "")
    if not CALL_SID.fullmatch(sid) or not NUMBER.fullmatch(called) or len(key) != 1:
        raise Garbled("a key needs CallSid, To and Digits")
    word = meanings.get(key)
    if word is None:
        return None
    return Incoming(ChannelName.VOICE, called, sid, text=word, keyword=keyword(word), answer=word)


def reply(deed: Deed | None, meanings: Mapping[str, str], locale: str, target: str) -> str:
    """What the call says then, in its own language: goodbye, or once more which keys there are."""
    texts = TEXTS.get(locale.partition("-")[0])
    said, language = (texts, language_of(locale)) if texts else (TEXTS[DEFAULT], language_of(DEFAULT))
    response = VoiceResponse()
    if deed is None:
        asked = response.append(listening(target))
        asked.say(said[AGAIN].format(keys=", ".join(sorted(meanings))), language=language)
    else:
        stopped = deed in (Deed.STOPPED, Deed.STOPPED_BEFORE)
        response.say(said[STOPPED if stopped else THANKS], language=language)
    return str(response)
