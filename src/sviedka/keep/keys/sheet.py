"""The recovery sheet: printed once, and kept where the computer is not (format.md §7.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sviedka.keep.keys.home import short_name
from sviedka.keep.keys.typed import HEAD, groups

if TYPE_CHECKING:
    from sviedka.keep.keys.recovery import RecoveryKey

Language: TypeAlias = Literal["be", "en", "ru"]

_GROUPS_A_LINE: Final = 5

_TEXTS: Final[dict[Language, str]] = {
    "en": """\
SVIEDKA: RECOVERY SHEET

Archive   {archive}
Sheet     {device}
Made on   {made}

This sheet opens the whole archive to anyone who also has a copy of the archive
and of its key backup. You need it if the passphrase or the computer is lost.

- Print it or copy it by hand. Do not photograph it, send it or store it
  on a computer.
- Keep it in another place than the computer, the archive and the key backup,
  where one search will not find them together.
- If someone may have seen it, make a new recovery key at once. Copies of the
  archive taken before that stay open to this sheet.

THE KEY

{key}

To recover, run "sviedka recover" and type the key. Capitals, spaces and line
ends do not matter. After its first line the key has no B, I, O and no digit 1.
""",
    "ru": """\
SVIEDKA: ЛИСТ ВОССТАНОВЛЕНИЯ

Архив       {archive}
Лист        {device}
Составлен   {made}

Этот лист открывает весь архив тому, у кого есть ещё копия архива и резервная
копия ключей. Он понадобится, если утрачены пароль или компьютер.

- Напечатайте его или перепишите от руки. Не фотографируйте, не пересылайте
  и не храните на компьютере.
- Держите его отдельно от компьютера, архива и резервной копии ключей,
  там, где один обыск не найдёт всё сразу.
- Если его мог увидеть посторонний, сразу создайте новый ключ восстановления.
  Копии архива, снятые раньше, этот лист по-прежнему открывает.

КЛЮЧ (латинские буквы и цифры)

{key}

Чтобы восстановить доступ, запустите "sviedka recover" и введите ключ. Регистр,
пробелы и переносы строк не важны. После первой строки в ключе нет букв B, I, O
и цифры 1.
""",
    "be": """\
SVIEDKA: АРКУШ АДНАЎЛЕННЯ

Архіў       {archive}
Аркуш       {device}
Складзены   {made}

Гэты аркуш адкрывае ўвесь архіў таму, хто мае яшчэ копію архіва і рэзервовую
копію ключоў. Ён спатрэбіцца, калі страчаныя пароль або камп'ютар.

- Надрукуйце яго або перапішыце ад рукі. Не фатаграфуйце, не перасылайце
  і не захоўвайце на камп'ютары.
- Трымайце яго асобна ад камп'ютара, архіва і рэзервовай копіі ключоў,
  там, дзе адзін ператрус не знойдзе ўсё адразу.
- Калі яго мог убачыць нехта чужы, адразу стварыце новы ключ аднаўлення.
  Копіі архіва, знятыя раней, гэты аркуш адкрывае па-ранейшаму.

КЛЮЧ (лацінскія літары і лічбы)

{key}

Каб аднавіць доступ, запусціце "sviedka recover" і ўвядзіце ключ. Рэгістр,
прагалы і пераносы радкоў не важныя. Пасля першага радка ў ключы няма літар
B, I, O і лічбы 1.
""",
}


def text(key: RecoveryKey, archive: str, made: str, language: Language) -> str:
    """The sheet as plain text of at most 80 columns; ``made`` is a date, YYYY-MM-DD."""
    letters = groups(key)
    lines = [
        " ".join(letters[at : at + _GROUPS_A_LINE]) for at in range(0, len(letters), _GROUPS_A_LINE)
    ]
    return _TEXTS[language].format(
        archive=_fours(short_name(archive)),
        device=_fours(key.keys.id),
        made=made,
        key="\n".join("    " + line for line in (HEAD, *lines)),
    )


def _fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
