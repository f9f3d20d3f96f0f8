"""The words of the pages on which people unsubscribe and choose, in the languages that ship."""

from dataclasses import dataclass

from domain.templates.catalogue import fallback

DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """`{product}`, `{topic}` and `{date}` are filled in."""

    title: str
    intro: str
    links: str
    measured: str
    fixed: str
    save: str
    saved: str
    pause: str
    paused: str
    resume: str
    resumed: str
    leave: str
    left: str
    come_back: str
    returned: str
    still: str
    unsubscribe_ask: str
    unsubscribe_effect: str
    unsubscribe: str
    unsubscribed: str
    choose: str


WORDS = {
    "en": Words(
        title="Your messages from {product}",
        intro="Choose what you get, and where.",
        links="Privacy",
        measured="{product} may see which links I open",
        fixed="stopped at this address",
        save="Save",
        saved="Saved.",
        pause="Pause everything for 30 days",
        paused="Paused. You get nothing until {date}.",
        resume="Start again now",
        resumed="You get messages again.",
        leave="Stop everything",
        left="You have left. You get nothing more from {product}.",
        come_back="Come back",
        returned="Welcome back. What you chose before holds again.",
        still="Codes and other messages that you asked for still come.",
        unsubscribe_ask="No more messages about “{topic}”?",
        unsubscribe_effect="Then you get nothing more about it from {product}, here or on any other channel.",
        unsubscribe="Unsubscribe",
        unsubscribed="Done. You get no more messages about “{topic}”.",
        choose="Choose what you get",
    ),
    "pt": Words(
        title="Suas mensagens de {product}",
        intro="Escolha o que você recebe e por onde.",
        links="Privacidade",
        measured="{product} pode ver quais links eu abro",
        fixed="parado neste endereço",
        save="Salvar",
        saved="Salvo.",
        pause="Pausar tudo por 30 dias",
        paused="Em pausa. Você não recebe nada até {date}.",
        resume="Voltar a receber agora",
        resumed="Você volta a receber mensagens.",
        leave="Parar tudo",
        left="Você saiu. Não receberá mais nada de {product}.",
        come_back="Voltar",
        returned="Que bom ter você de volta. Suas escolhas anteriores valem de novo.",
        still="Códigos e outras mensagens que você pediu continuam chegando.",
        unsubscribe_ask="Não quer mais mensagens sobre “{topic}”?",
        unsubscribe_effect="Você não receberá mais nada sobre isso de {product}, nem aqui nem em outro canal.",
        unsubscribe="Cancelar inscrição",
        unsubscribed="Pronto. Você não receberá mais mensagens sobre “{topic}”.",
        choose="Escolher o que recebo",
    ),
    "id": Words(
        title="Pesan untukmu dari {product}",
        intro="Pilih apa yang kamu terima, dan lewat mana.",
        links="Privasi",
        measured="{product} boleh melihat tautan mana yang saya buka",
        fixed="dihentikan di alamat ini",
        save="Simpan",
        saved="Tersimpan.",
        pause="Jeda semuanya selama 30 hari",
        paused="Dijeda. Kamu tidak menerima apa pun sampai {date}.",
        resume="Mulai lagi sekarang",
        resumed="Kamu menerima pesan lagi.",
        leave="Hentikan semuanya",
        left="Kamu sudah keluar. Tidak ada lagi pesan dari {product}.",
        come_back="Kembali",
        returned="Selamat datang kembali. Pilihanmu sebelumnya berlaku lagi.",
        still="Kode dan pesan lain yang kamu minta tetap datang.",
        unsubscribe_ask="Tidak mau lagi pesan tentang “{topic}”?",
        unsubscribe_effect="Kamu tidak akan menerima apa pun lagi tentang itu dari {product}, di kanal mana pun.",
        unsubscribe="Berhenti berlangganan",
        unsubscribed="Selesai. Tidak ada lagi pesan tentang “{topic}”.",
        choose="Pilih apa yang kamu terima",
    ),
    "tr": Words(
        title="{product} mesajlarınız",
        intro="Neyi, nereden alacağınızı seçin.",
        links="Gizlilik",
        measured="{product} hangi bağlantıları açtığımı görebilir",
        fixed="bu adreste durduruldu",
        save="Kaydet",
        saved="Kaydedildi.",
        pause="Her şeyi 30 gün durdur",
        paused="Ara verildi. {date} tarihine kadar hiçbir şey almayacaksınız.",
        resume="Şimdi yeniden başlat",
        resumed="Mesajları yeniden alacaksınız.",
        leave="Hepsini durdur",
        left="Ayrıldınız. {product} size artık mesaj göndermeyecek.",
        come_back="Geri dön",
        returned="Yeniden hoş geldiniz. Önceki seçimleriniz yine geçerli.",
        still="Kodlar ve sizin istediğiniz diğer mesajlar gelmeye devam eder.",
        unsubscribe_ask="“{topic}” hakkında artık mesaj almak istemiyor musunuz?",
        unsubscribe_effect="Bu konuda {product} size ne buradan ne de başka bir kanaldan mesaj gönderecek.",
        unsubscribe="Abonelikten çık",
        unsubscribed="Tamam. “{topic}” hakkında artık mesaj almayacaksınız.",
        choose="Ne alacağınızı seçin",
    ),
    "es": Words(
        title="Tus mensajes de {product}",
        intro="Elige qué recibes y por dónde.",
        links="Privacidad",
        measured="{product} puede ver qué enlaces abro",
        fixed="detenido en esta dirección",
        save="Guardar",
        saved="Guardado.",
        pause="Pausar todo durante 30 días",
        paused="En pausa. No recibes nada hasta el {date}.",
        resume="Reanudar ahora",
        resumed="Vuelves a recibir mensajes.",
        leave="Detener todo",
        left="Te has dado de baja. No recibirás nada más de {product}.",
        come_back="Volver",
        returned="Qué bueno que has vuelto. Vale otra vez lo que habías elegido.",
        still="Los códigos y otros mensajes que hayas pedido siguen llegando.",
        unsubscribe_ask="¿No quieres más mensajes sobre «{topic}»?",
        unsubscribe_effect="No recibirás nada más sobre eso de {product}, ni aquí ni por otro canal.",
        unsubscribe="Darme de baja",
        unsubscribed="Listo. No recibirás más mensajes sobre «{topic}».",
        choose="Elegir qué recibo",
    ),
}


def language_of(locale: str) -> str:
    """The nearest language that there are words in.

    >>> language_of("pt-BR"), language_of("fr-CA")
    ('pt', 'en')
    """
    return next(one for one in fallback(locale, DEFAULT) if one in WORDS)
