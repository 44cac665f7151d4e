"""The words of Telegram Desktop on its pages, in several of its languages, one from right to left.

The application itself writes these in English, whatever its language; builds of others do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True)
class Words:
    """What stands on a page beside what people wrote."""

    deleted: str
    reply: str
    this: str
    via: str
    previous: str
    next: str
    photo: str
    file: str
    place: str
    unsupported: str
    absent: tuple[str, str]
    """Why a file is not there: it was not chosen; Telegram did not have it."""
    titles: dict[str, str]
    months: tuple[str, ...]

    def day(self, date: str) -> str:
        """A date between messages."""
        found = datetime.fromisoformat(date)
        return f"{found.day} {self.months[(found.month - 1) % len(self.months)]} {found.year}"

    def excuse(self, path: str) -> str:
        """What is said instead of a file."""
        return self.absent["unavailable" in path]


def _titles(*words: str) -> dict[str, str]:
    kinds = ("sticker", "video_file", "video_message", "voice_message", "audio_file", "animation")
    return dict(zip(kinds, words, strict=True))


ENGLISH: Final = Words(
    "Deleted Account", "In reply to", "this message", "via", "Previous messages", "Next messages",
    "Photo", "File", "Location", "This message is not supported",
    ("Not included, change data exporting settings to download.",
     "Unavailable, please try again later."),
    _titles("Sticker", "Video file", "Video message", "Voice message", "Audio file", "Animation"),
    ("January", "February", "March", "April", "May", "June", "July", "August", "September",
     "October", "November", "December"),
)  # fmt: skip
LANGUAGES: Final = {
    "en": ENGLISH,
    "ru": Words(
        "Удалённый аккаунт",
        "В ответ на",
        "это сообщение",
        "через",
        "Предыдущие сообщения",
        "Следующие сообщения",
        "Фотография",
        "Файл",
        "Геопозиция",
        "Сообщение не поддерживается",
        ("Не включено, измените настройки экспорта.", "Недоступно, попробуйте позже."),
        _titles("Стикер", "Видеофайл", "Видеосообщение", "Голосовое сообщение", "Аудиофайл", "GIF"),
        ("января", "февраля", "марта"),
    ),
    "be": Words(
        "Выдалены акаўнт",
        "У адказ на",
        "гэта паведамленне",
        "праз",
        "Папярэднія паведамленні",
        "Наступныя паведамленні",
        "Фота",
        "Файл",
        "Месцазнаходжанне",
        "Не падтрымліваецца",
        ("Не ўключана, змяніце налады экспарту.", "Недаступна, паспрабуйце пазней."),
        _titles("Стыкер", "Відэафайл", "Відэапаведамленне", "Галасавое", "Аўдыяфайл", "Анімацыя"),
        ("студзеня", "лютага", "сакавіка"),
    ),
    "uk": Words(
        "Видалений акаунт",
        "У відповідь на",
        "це повідомлення",
        "через",
        "Попередні",
        "Наступні",
        "Світлина",
        "Файл",
        "Розташування",
        "Не підтримується",
        ("Не включено, змініть налаштування експорту.", "Недоступно, спробуйте пізніше."),
        _titles("Стікер", "Відеофайл", "Відеоповідомлення", "Голосове", "Аудіофайл", "Анімація"),
        ("січня", "лютого", "березня"),
    ),
    "pl": Words(
        "Usunięte konto",
        "W odpowiedzi na",
        "tę wiadomość",
        "przez",
        "Poprzednie",
        "Następne",
        "Zdjęcie",
        "Plik",
        "Lokalizacja",
        "Nieobsługiwana wiadomość",
        ("Nie dołączono, zmień ustawienia eksportu.", "Niedostępne, spróbuj później."),
        _titles("Naklejka", "Plik wideo", "Wiadomość wideo", "Głosowa", "Plik audio", "Animacja"),
        ("stycznia", "lutego", "marca"),
    ),
    "de": Words(
        "Gelöschter Account",
        "Als Antwort auf",
        "diese Nachricht",
        "via",
        "Vorherige",
        "Nächste",
        "Foto",
        "Datei",
        "Standort",
        "Nachricht nicht unterstützt",
        ("Nicht enthalten, Einstellungen ändern.", "Nicht verfügbar, später versuchen."),
        _titles("Sticker", "Videodatei", "Videonachricht", "Sprachnachricht", "Audiodatei", "GIF"),
        ("Januar", "Februar", "März"),
    ),
    "ar": Words(
        "حساب محذوف",
        "ردًّا على",
        "هذه الرسالة",
        "عبر",
        "الرسائل السابقة",
        "الرسائل التالية",
        "صورة",
        "ملف",
        "موقع",
        "رسالة غير مدعومة",
        ("غير مضمّن، غيّر إعدادات التصدير.", "غير متوفّر، حاول لاحقًا."),
        _titles("ملصق", "ملف فيديو", "رسالة مرئية", "رسالة صوتية", "ملف صوتي", "صورة متحركة"),
        ("يناير", "فبراير", "مارس"),
    ),
}
