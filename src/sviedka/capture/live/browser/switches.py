"""Chromium's command line: nothing of its own accord, nothing left behind, no way out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_FEATURES_OFF: Final = (
    # What would talk to its makers, or load more than the page asks for.
    "AutofillServerCommunication", "DialMediaRouteProvider", "MediaRouter", "OptimizationHints",
    "Prerender2", "Translate",
    # http stays http: the address that was asked for is the one that is captured.
    "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades",
    # A process for each site would let a page with a thousand frames start a thousand processes.
    # There is nothing in this browser that one site could take from another.
    "IsolateOrigins", "SpareRendererForSitePerProcess", "site-per-process",
)  # fmt: skip

_ALWAYS: Final = (
    "--headless=new",
    "--remote-debugging-pipe",
    # No way out. Beside the empty network namespace, where there is one: every name is unknown,
    # every connection goes to a port where nothing can listen, those to this machine included.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=socks5://127.0.0.1:0",
    "--proxy-bypass-list=<-loopback>",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--no-pings",
    # Nothing of its own accord.
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-search-engine-choice-screen",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--password-store=basic",
    f"--disable-features={','.join(_FEATURES_OFF)}",
    # What a page may do: draw.
    "--deny-permission-prompts",
    "--disable-3d-apis",
    "--disable-gpu",
    "--disable-notifications",
    "--disable-site-isolation-trials",
    "--mute-audio",
    "--renderer-process-limit=2",
    # The same picture on every machine.
    "--force-color-profile=srgb",
    "--force-device-scale-factor=1",
    "--hide-scrollbars",
    "--lang=en-US",
)  # fmt: skip


def switches(profile: Path | str, *, own_sandbox: bool) -> list[str]:
    """The words after the program's name; ``profile`` is where it keeps what it must."""
    return [
        *_ALWAYS,
        f"--user-data-dir={profile}",
        *(() if own_sandbox else ("--no-sandbox",)),
        "about:blank",
    ]
