"""How channels are called on the preference centre's page, by language."""

from domain.delivery import ChannelName as C

CHANNELS: dict[str, dict[C, str]] = {
    "en": {
        C.SMS: "Text message",
        C.WHATSAPP: "WhatsApp",
        C.EMAIL: "E-mail",
        C.VOICE: "Phone call",
        C.MESSENGER: "Messenger",
        C.PUSH: "Browser notifications",
        C.IN_APP: "In {product}",
    },
    "pt": {
        C.SMS: "SMS",
        C.WHATSAPP: "WhatsApp",
        C.EMAIL: "E-mail",
        C.VOICE: "Ligação",
        C.MESSENGER: "Messenger",
        C.PUSH: "Notificações no navegador",
        C.IN_APP: "Dentro do {product}",
    },
    "id": {
        C.SMS: "SMS",
        C.WHATSAPP: "WhatsApp",
        C.EMAIL: "Email",
        C.VOICE: "Panggilan telepon",
        C.MESSENGER: "Messenger",
        C.PUSH: "Notifikasi browser",
        C.IN_APP: "Di dalam {product}",
    },
    "tr": {
        C.SMS: "SMS",
        C.WHATSAPP: "WhatsApp",
        C.EMAIL: "E-posta",
        C.VOICE: "Telefon araması",
        C.MESSENGER: "Messenger",
        C.PUSH: "Tarayıcı bildirimleri",
        C.IN_APP: "{product} içinde",
    },
    "es": {
        C.SMS: "SMS",
        C.WHATSAPP: "WhatsApp",
        C.EMAIL: "Correo",
        C.VOICE: "Llamada",
        C.MESSENGER: "Messenger",
        C.PUSH: "Notificaciones del navegador",
        C.IN_APP: "Dentro de {product}",
    },
}
