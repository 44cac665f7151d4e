"""Invented texts in Belarusian (two scripts) and Russian, plain and marked up as Telegram marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import normalize

if TYPE_CHECKING:
    from random import Random

    from tests.material.tdesktop import Fields

PLACES = ("Заазёрск", "Сінявока", "Прыдарожжа", "Верасовічы", "Новая Выдумка", "Ільнянка")
PLACES_RU = ("Заозёрск", "Синеокая", "Придорожье", "Вересковичи", "Новая Выдумка", "Льняное")
PLACES_LATIN = ("Zaaziorsk", "Siniavoka", "Prydarožža", "Vierasovičy", "Novaja Vydumka", "Iĺnianka")

BELARUSIAN = (
    "У горадзе {place} сёння сабраліся жыхары: прыйшло каля {n} чалавек.",
    "Суд у горадзе {place} перанёс пасяджэнне на {n} дзён.",
    "Сведкі расказалі, што гучала музыка і руху ніхто не перашкаджаў.",
    "Стала вядома пра {n} затрыманых; спіс удакладняецца.",
    "Адвакатка пацвердзіла, што чалавек здаровы і атрымаў перадачу.",
    "Ператрус доўжыўся {n} гадзін, забралі тэлефон і кнігі.",
    "Бібліятэка ў горадзе {place} зачынена на ўлік, чытачоў просяць чакаць.",
    "Лісты ідуць доўга, але даходзяць: за месяц прыйшло {n}.",
    "Дзякуй усім, хто дапамагае! Цёплыя рэчы і лекі перадалі.",
    "На відэа чалавек чытае тэкст з аркуша; кім тэкст складзены, невядома.",
    "Просім не публікаваць фота сведкаў і нумары машын.",
    "Пад’езд № {n}: абʼява пра сход вісіць другі дзень.",
)
RUSSIAN = (
    "В городе {place} прошла встреча жителей, пришло около {n} человек.",
    "Заседание суда в городе {place} отложено на {n} дней.",
    "Очевидцы рассказали, что движению никто не мешал, звучала музыка.",
    "Стало известно о {n} задержанных, список уточняется.",
    "Обыск длился {n} часов, изъяты телефон, ноутбук и книги.",
    "Адвокат сообщил: человек здоров, передачу получил, ждёт писем.",
    "В ролике мужчина читает текст с листа; лицо закрыто, голос изменён.",
    "Задержан(а) по статье {n}.{n}, протокол подписывать отказался.",
    "Сообщите, если узнаете даты суда: мы ведём общий календарь.",
    "Ещё одна запись появилась утром, её уже перепечатали {n} каналов.",
    "Библиотека в городе {place} закрыта на учёт.",
    "Все имена в этом сообщении вымышлены, совпадения случайны.",
)
LATIN = (
    "U horadzie {place} siońnia sabralisia žychary, pryjšło kala {n} čałaviek.",
    "Sud u horadzie {place} pieranios pasiadžeńnie na {n} dzion.",
    "Dziakuj usim, chto dapamahaje! Listy dachodziać.",
    "Śviedki raskazali, što hučała muzyka i ruchu nichto nie pieraškadžaŭ.",
    "Advakatka paćvierdziła: čałaviek zdarovy, pieradaču atrymaŭ.",
)
REPLIES = (
    "Дзякуй! 🙏",
    "Бачу, запісала.",
    "Да, подтверждаю",
    "А калі суд?",
    "Скиньте ссылку, пожалуйста",
    "Ужо ўдакладняем…",
    "👍",
    "+",
    "Dziakuj, zrazumieła",
    "Няма сувязі, адпішу вечарам 🕯",
    "«Так» — сказала яна",
    "Спасибо ❤️‍🩹",
)
EMOJI = ("🤍", "❤️", "🙏", "👍", "😢", "🕊", "🔥", "👩‍⚖️", "🇧🇾")
HASHTAGS = ("#навіны", "#суд", "#лісты", "#новости", "#Заазёрск", "#прыклад")
LINK = "https://example.org/"


_LANGUAGES = ((BELARUSIAN, PLACES), (RUSSIAN, PLACES_RU), (LATIN, PLACES_LATIN))
_SHARES = (5, 4, 1)


class Speech:
    """Speaks from stocks of sentences, one a language, in which place and number vary."""

    def __init__(self, rng: Random, stock: int = 200) -> None:
        self._rng = rng
        self._stocks = [
            [
                rng.choice(sentences).format(place=rng.choice(places), n=rng.randrange(2, 60))
                for _ in range(stock)
            ]
            for sentences, places in _LANGUAGES
        ]

    def reply(self) -> str:
        """A few words, as in a group."""
        return self._rng.choice(REPLIES)

    def text(self, number: int) -> str | list[str | Fields]:
        """A message's ``text`` in one language: mostly plain, else parts; some decomposed (NFD).

        ``number`` makes texts of the same words differ.
        """
        rng = self._rng
        stock = rng.choices(self._stocks, _SHARES)[0]
        sentences = rng.choices(stock, k=rng.choice((1, 1, 2, 3, 5)))
        body = " ".join(sentences)
        lot = rng.random()
        if lot < 0.62:
            return f"{body} {rng.choice(EMOJI)} {number}"
        if lot < 0.69:
            return normalize("NFD", f"{body} {number}")
        if lot < 0.74:
            return f"{body}\n\n— «{rng.choice(EMOJI)}»\t{number}\u2028{sentences[0]}"
        before, *mark = rng.choice(_MARKS)
        tag: list[str | Fields] = ["\n", {"type": "hashtag", "text": rng.choice(HASHTAGS)}]
        return [
            {"type": "bold", "text": f"№ {number}"},
            f"\n\n{body}\n{before}",
            *mark,
            *(tag if isinstance(mark[-1], dict) and rng.random() < 0.5 else ()),
        ]


def entities(text: str | list[str | Fields]) -> list[Fields]:
    """The same text as Telegram Desktop repeats it under ``text_entities``."""
    parts: list[Any] = [text] if isinstance(text, str) else text
    return [
        {"type": "plain", "text": part} if isinstance(part, str) else part for part in parts if part
    ]


_MARKS: tuple[tuple[str | Fields, ...], ...] = (
    ("", {"type": "link", "text": LINK + "навіны?a=1&b=2"}),
    ("", {"type": "text_link", "text": "чытаць далей", "href": LINK + "artykul/17"}),
    ("гл. ", {"type": "mention", "text": "@prydumany_kanal"}),
    ("пишите: ", {"type": "email", "text": "pryklad@example.org"}),
    ("", {"type": "phone", "text": "+99966000000"}),
    ("", {"type": "italic", "text": "удакладненне: "}, "раней была памылка"),
    ("", {"type": "blockquote", "text": "«Мы чакаем лістоў»", "collapsed": False}),
    ("", {"type": "spoiler", "text": "лічба ўдакладняецца"}),
    ("", {"type": "pre", "text": 'а = 1\n\tб = "2"\\n', "language": "python"}),
    ("", {"type": "strikethrough", "text": "17"}, " 18"),
    ("", {"type": "mention_name", "text": "Янка", "user_id": 100000017}),
    ("", {"type": "custom_emoji", "text": "🕊", "document_id": "stickers/sticker.webp"}),
)
