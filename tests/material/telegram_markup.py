"""Markup as Telegram Desktop's ``HtmlContext`` writes it: one blank a level, a line a tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from tests.material.tdesktop import Fields

_ESCAPES = str.maketrans(
    {
        **{chr(code): f"&#x{code:02X};" for code in range(32)},
        "\n": "<br>", "\u2028": "<br>", "\u2029": "<br>",
        '"': "&quot;", "&": "&amp;", "'": "&apos;", "<": "&lt;", ">": "&gt;",
    }
)  # fmt: skip
_MARKS = {
    "bold": "strong", "italic": "em", "code": "code", "pre": "pre", "underline": "u",
    "strikethrough": "s", "blockquote": "blockquote",
}  # fmt: skip
_SCRIPTS = {
    "hashtag": "ShowHashtag", "bot_command": "ShowBotCommand", "cashtag": "ShowCashtag",
}  # fmt: skip


def escaped(text: str) -> str:
    """Text as ``SerializeString`` writes it."""
    return text.translate(_ESCAPES)


def formatted(text: str | list[Any], base: str) -> str:
    """A message's ``text`` as ``FormatText`` writes it."""
    parts = [text] if isinstance(text, str) else text
    return "".join(
        escaped(each) if isinstance(each, str) else _marked(each, base) for each in parts
    )


def _marked(part: Fields, base: str) -> str:
    kind, text = part["type"], escaped(part["text"])
    if kind in _MARKS:
        return f"<{_MARKS[kind]}>{text}</{_MARKS[kind]}>"
    if kind in _SCRIPTS:
        said = escaped('"' + text[1:] + '"')
        return f'<a href="" onclick="return {_SCRIPTS[kind]}({said})">{text}</a>'
    if kind == "spoiler":
        inner = f'<span aria-hidden="true">{text}</span>'
        return f'<span class="spoiler hidden" onclick="ShowSpoiler(this)">{inner}</span>'
    if kind == "custom_emoji":
        return f'<a href = "{base}{part["document_id"]}">{text}</a>'
    if kind == "mention_name":
        return f'<a href="" onclick="return ShowMentionName()">{text}</a>'
    links = {
        "mention": f"https://t.me/{text[1:]}", "link": text, "email": f"mailto:{text}",
        "phone": f"tel:{text}", "text_link": escaped(part.get("href", "")),
    }  # fmt: skip
    return f'<a href="{links[kind]}">{text}</a>' if kind in links else text


class Markup:
    """A page in the making."""

    def __init__(self) -> None:
        self._parts: list[str] = ["<!DOCTYPE html>"]
        self._open: list[str] = []

    @classmethod
    def begun(cls, base: str, title: str) -> Self:
        """A page down to where its messages begin."""
        page = cls()
        page.push("html", {})
        page.push("head", {})
        page.push("meta", {"charset": "utf-8"}, empty=True)
        page.write("<title>Exported Data</title>")
        content = "width=device-width, initial-scale=1.0"
        page.push("meta", {"content": content, "name": "viewport"}, empty=True)
        page.push("link", {"href": f"{base}css/style.css", "rel": "stylesheet"}, empty=True)
        page.push("script", {"src": f"{base}js/script.js", "type": "text/javascript"})
        page.pop()
        page.pop()
        page.push("body", {"onload": "CheckLocation();"})
        page.push("div", {"class": "page_wrap"})
        page.push("div", {"class": "page_header"})
        page.push("div", {"class": "content"})
        page.put("div", escaped(f"{title} "), {"class": "text bold"})
        page.pop()
        page.pop()
        page.push("div", {"class": "page_body chat_page"})
        page.push("div", {"class": "history"})
        return page

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)

    def push(self, tag: str, attributes: dict[str, str], *, empty: bool = False) -> None:
        """Begin an element."""
        inner = "".join(f' {name}="{escaped(value)}"' for name, value in sorted(attributes.items()))
        self.write(f"\n{' ' * len(self._open)}<{tag}{inner}{'/' if empty else ''}>\n")
        if not empty:
            self._open.append(tag)

    def pop(self) -> None:
        """End the element that was begun last."""
        tag = self._open.pop()
        self.write(f"\n{' ' * len(self._open)}</{tag}>\n")

    def put(self, tag: str, markup: str, attributes: dict[str, str]) -> None:
        """A whole element."""
        self.push(tag, attributes)
        self.write(markup)
        self.pop()

    def write(self, markup: str) -> None:
        """Markup as it is."""
        self._parts.append(markup)

    def finish(self) -> None:
        """End all that is begun."""
        while self._open:
            self.pop()

    def userpic(self, name: str | None, colour: int) -> None:
        """Initials in a circle; none for a deleted account."""
        size = "width: 42px; height: 42px"
        self.push("div", {"class": f"userpic userpic{colour}", "style": size})
        initials = "".join(escaped(part[0]) for part in (name or "").split()[:2])
        self.put("div", initials, {"class": "initials", "style": "line-height: 42px"})
        self.pop()

    def buttons(self, rows: list[list[Fields]]) -> None:
        """The buttons of a bot; their text is not escaped, as in the application."""
        if not rows:
            return
        self.push("table", {"class": "bot_buttons_table"})
        self.push("tbody", {})
        for row in rows:
            self.push("tr", {})
            self.push("td", {"class": "bot_button_row"})
            for button in row:
                self.push("div", {"class": "bot_button"})
                self.push("a", {"href": button.get("data", "")})
                self.put("div", button["text"], {})
                self.pop()
                self.pop()
            self.pop()
            self.pop()
        self.pop()
        self.pop()

    def reactions(self, reactions: list[Fields]) -> None:
        """Reactions, with those who reacted last where that is told."""
        if not reactions:
            return
        self.push("span", {"class": "reactions"})
        for each in reactions:
            self.push("span", {"class": "reaction"})
            self.put("span", escaped(each.get("emoji", "⭐")), {"class": "emoji"})
            for who in each.get("recent", []):
                self.push("span", {"class": "userpics"})
                self.userpic(who.get("from"), 1)
                self.pop()
            self.put("span", str(each["count"]), {"class": "count"})
            self.pop()
        self.pop()
