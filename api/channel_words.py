"""How channels that have come later are called on the preference centre's page, by language."""

LATER: dict[str, dict[str, str]] = {
    "en": {"push": "Browser notifications", "in_app": "In the product"},
    "pt": {"push": "Notificações no navegador", "in_app": "No produto"},
    "id": {"push": "Notifikasi browser", "in_app": "Di dalam produk"},
    "tr": {"push": "Tarayıcı bildirimleri", "in_app": "Ürünün içinde"},
    "es": {"push": "Notificaciones del navegador", "in_app": "En el producto"},
}


def later(channel: str, language: str) -> str:
    """A channel's name in a language, or that of the channel itself.

    >>> later("push", "pt-BR"), later("messenger", "tr")
    ('Notificações no navegador', 'Messenger')
    """
    return LATER.get(language.partition("-")[0], {}).get(channel, channel.capitalize())
