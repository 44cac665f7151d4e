"""Codecs, loaded while files can still be opened: inside the sandbox none can be later."""

from __future__ import annotations

import codecs
from typing import Final

# What Python calls them, all single-byte codecs of the region, and what mail and pages still use.
_LOADED: Final = """
    ascii utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be utf-7 latin-1
    cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp437 cp775 cp850 cp852 cp855
    cp866 cp874 cp1125 koi8-r koi8-u koi8-t ptcp154 mac-cyrillic mac-roman mac-latin2 mac-greek
    mac-turkish iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-9
    iso8859-10 iso8859-13 iso8859-14 iso8859-15 iso8859-16 cp932 cp949 cp936 cp950 cp1361 gb18030
    gb2312 gbk big5 shift-jis euc-jp euc-kr iso2022-jp tis-620 raw-unicode-escape
"""

NAMES: Final = frozenset(codecs.lookup(name).name for name in _LOADED.split())
"""The codecs that readers may use, as Python calls them."""


def known(name: str) -> str:
    """The codec that ``name`` means, as Python calls it; "" if it is none of ``NAMES``."""
    try:
        found = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        return ""
    return found if found in NAMES else ""
