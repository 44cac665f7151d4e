"""``sviedka capture`` and ``recheck``: public pages, as they are now and as they have become."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sviedka.cli import words
from sviedka.cli.session import Session, command, note, waiting
from sviedka.errors import InputError, SviedkaError, UsageError

if TYPE_CHECKING:
    from sviedka.capture.live.captures import Made
    from sviedka.capture.live.capturing import Capture
    from sviedka.capture.live.importing import Sealed
    from sviedka.capture.live.recheck import Rechecked
    from sviedka.capture.live.running import Means

_MEANS = (
    click.option("--as", "collector", default="", metavar="PSEUDONYM", help="Who captures."),
    click.option(
        "--proxy", metavar="URL", help="Go through this: socks5h://127.0.0.1:9050 for Tor."
    ),
    click.option("--no-browser", is_flag=True, help="Do without Chromium, though it is there."),
    click.option("--agent", help="What to say as User-Agent, if not what most browsers say."),
    click.option(
        "--ca",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Believe the certificates in this PEM file too.",
    ),
    click.option("--purpose", default="", help="Why, for the record."),
    click.option(
        "--confirm-date", is_flag=True, help="The clock is right, though weeks have passed."
    ),
)


@click.command()
@command(
    click.argument("urls", nargs=-1, metavar="[URL]…"),
    click.option(
        "--list",
        "listed",
        type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
        help="Capture the URLs in this file too, one a line.",
    ),
    click.option(
        "--case", help="Put them into this case (label or id). Otherwise each server has its own."
    ),
    click.option(
        "--adapter",
        type=click.Choice(["page", "telegram", "video"]),
        help="How to capture, if the URL does not tell.",
    ),
    click.option(
        "--pages",
        type=click.IntRange(1, 10_000),
        default=1,
        show_default=True,
        help="Of a Telegram channel: so many pages of its preview, the newest first.",
    ),
    *_MEANS,
)
def capture(
    session: Session,
    urls: tuple[str, ...],
    listed: Path | None,
    case: str | None,
    adapter: str | None,
    pages: int,
    confirm_date: bool,
    **means: Any,
) -> None:
    """Capture public pages as they are now.

    A page is sealed as WARC: everything that came, byte for byte, with the pictures and videos that
    it shows, a picture of the whole page if Chromium is there, and its text. Nothing is logged
    into. Without --proxy the site sees the address of this machine.
    """
    wanted = list(dict.fromkeys([*urls, *(_lines(listed) if listed else ())]))
    if not wanted:
        raise UsageError("no URL was given", do="name one, or give a file of them with --list")
    session.date_confirmed = confirm_date
    collector, purpose, using = _means(means)
    from sviedka.capture.intake import require_case, require_facets
    from sviedka.capture.live.adapters.choosing import choose
    from sviedka.capture.live.running import Run

    results = []
    with session.open() as archive:
        chosen = require_case(archive, case) if case else None
        if chosen:
            require_facets(archive, chosen, ["evidence"])
        run = Run(archive, using, collector=collector, purpose=purpose, waiting=waiting)
        for url in wanted:
            try:
                made = run.capture(url, choose(url, adapter), pages=pages)
                sealed = run.seal(made, chosen) if made.resources else None
            except SviedkaError as error:
                if not _goes_on(error):
                    raise
                results.append(_failed(url, error))
            else:
                results.append(_result(made, sealed))
            session.say(*_told(results[-1]))
    failed = [each for each in results if each["result"] != "captured"]
    session.show(
        {"archive": str(session.path()), "captures": results, "import": run.terms.import_id},
        *([f"{len(failed)} of {len(results)} could not be captured as asked."] if failed else []),
    )
    if failed:
        click.get_current_context().exit(9)


def _lines(path: Path) -> list[str]:
    """The URLs in a file, one a line; lines that begin with # are the author's."""
    with click.open_file(str(path), encoding="utf-8") as file:
        try:
            lines = [line.strip() for line in file]
        except UnicodeDecodeError as error:
            raise InputError("this is no list of URLs in UTF-8", where=str(path)) from error
    return [line for line in lines if line and not line.startswith("#")]


def _means(given: dict[str, Any]) -> tuple[str, str, Means]:
    """The collector, the purpose, and with what to capture."""
    try:
        from sviedka.capture.live.connecting import Proxy
        from sviedka.capture.live.fetcher import AGENT
        from sviedka.capture.live.running import Means
    except ModuleNotFoundError as error:
        raise UsageError(
            f"capturing needs {error.name}", do="install it with pip install 'sviedka[web]'"
        ) from error
    from sviedka.capture.live.browser import find

    chromium = None if given["no_browser"] else find()
    if chromium is None and not given["no_browser"]:
        note("Chromium is not here: there will be no pictures of pages, and scripts do not run.")
    proxy = Proxy.parse(given["proxy"]) if given["proxy"] else None
    agent = given["agent"] or AGENT
    return (
        given["collector"], given["purpose"],
        Means(chromium, proxy, given["ca"], agent),
    )  # fmt: skip


def _goes_on(error: SviedkaError) -> bool:
    """Whether it is this one URL that cannot be captured."""
    from sviedka.capture.live.exchange import FetchError

    return isinstance(error, FetchError)


def _failed(url: str, error: SviedkaError) -> dict[str, Any]:
    fault = {"place": url, "trouble": getattr(error, "trouble", ""), "what": error.what}
    return {"faults": [fault], "result": "unreachable", "url": url}


def _result(made: Capture, sealed: Sealed | None) -> dict[str, Any]:
    seen = made.seen
    return {
        "adapter": made.adapter,
        "answers": len(made.resources),
        "browser": bool(seen and seen.browser),
        "case": sealed.case if sealed else None,
        "counts": [{"number": c.number, "stated": c.stated, "what": c.what} for c in seen.counts]
        if seen
        else [],
        "faults": [
            {"place": each.place, "trouble": each.trouble, "what": each.what}
            for each in made.faults
        ],
        "final_url": seen.final_url if seen else None,
        "record": sealed.record if sealed else None,
        "result": made.result,
        "robots": made.robots,
        "status": seen.status if seen else None,
        "title": seen.title if seen else None,
        "url": made.url,
        "warc": sealed.warc if sealed else None,
    }


_WORDS = {
    "captured": "captured",
    "login_wall": "a login wall came instead",
    "refused": "the server answered with an error",
    "unreachable": "no page came",
}
_SHOWN = 5


def _told(result: dict[str, Any]) -> list[str]:
    """What became of one URL, in lines."""
    status = f" ({result['status']})" if result["result"] == "refused" else ""
    kept = f", item {result['warc'][:12]}" if result.get("warc") else ""
    lines = [f"{words.plain(result['url'])}: {_WORDS[result['result']]}{status}{kept}"]
    faults = result["faults"]
    lines += [
        f"  {words.beginning(each['place'])}: {words.beginning(each['what'])}"
        for each in faults[:_SHOWN]
    ]
    if len(faults) > _SHOWN:
        lines.append(f"  … and {len(faults) - _SHOWN:,} more; --json gives all")
    return lines


@click.command()
@command(
    click.argument("names", nargs=-1, metavar="[CASE|ITEM]…"),
    click.option("--no-keep", is_flag=True, help="Record what changed, without the new page."),
    *_MEANS,
)
def recheck(
    session: Session, names: tuple[str, ...], no_keep: bool, confirm_date: bool, **means: Any
) -> None:
    """See what became of captured pages.

    They are asked for again, and what is found is recorded; what is not as it was is captured
    anew. CASE stands for every page captured into it, ITEM for the page that it belongs to; without
    a name all captured pages are asked for.
    """
    session.date_confirmed = confirm_date
    collector, purpose, using = _means(means)
    from sviedka.capture.intake import case_named
    from sviedka.capture.live import recheck as again
    from sviedka.capture.live.running import Run

    results = []
    with session.open() as archive:
        wanted: dict[bytes, Made] = {}
        for name in names or ("",):
            case = case_named(archive, name) if name else None
            found = (
                again.all_of(archive, case) if case or not name else [again.meant(archive, name)]
            )
            wanted |= {each.id: each for each in found}
        run = Run(archive, using, collector=collector, purpose=purpose, waiting=waiting)
        for made in wanted.values():
            results.append(_became(again.recheck(archive, run, made, keep=not no_keep)))
            session.say(*_became_told(results[-1]))
    unreachable = [each for each in results if each["outcome"] == "unreachable"]
    session.show(
        {"archive": str(session.path()), "import": run.terms.import_id, "rechecks": results},
        *([] if results else ["No captured pages are here."]),
    )
    if unreachable:
        click.get_current_context().exit(9)


def _became(found: Rechecked) -> dict[str, Any]:
    seen = found.after.seen
    return {
        "capture": found.before.made.id.hex(),
        "changes": [
            {"after": each.after or None, "before": each.before or None, "change": each.change,
             "url": each.url}
            for each in found.changes
        ],
        "faults": [
            {"place": each.place, "trouble": each.trouble, "what": each.what}
            for each in found.after.faults
        ],
        "final_url": seen.final_url if seen else None,
        "lines": [{"change": each.change, "text": each.text} for each in found.lines],
        "new": found.kept.record if found.kept else None,
        "outcome": found.outcome,
        "record": found.record,
        "status": seen.status if seen else None,
        "url": found.before.made.url,
    }  # fmt: skip


_BECAME = {
    "same": "as it was",
    "changed": "changed",
    "deleted": "gone",
    "moved": "sends elsewhere now",
    "login_wall": "behind a login now",
    "refused": "the server answers with an error now",
    "unreachable": "no page came",
}


def _became_told(result: dict[str, Any]) -> list[str]:
    """What became of one page, in lines."""
    lines = [f"{words.plain(result['url'])}: {_BECAME[result['outcome']]}"]
    lines += [f"  {each['change']}: {words.beginning(each['url'])}" for each in result["changes"]]
    marks = {"added": "+", "gone": "-"}
    lines += [
        f"  {marks[each['change']]} {words.beginning(each['text'])}" for each in result["lines"]
    ]
    shown = lines[: 1 + 4 * _SHOWN]
    if len(shown) < len(lines):
        shown.append(f"  … and {len(lines) - len(shown):,} more; --json gives all")
    return shown
