"""Authorities at which the chains of signed web archives end that signing tools go by.

SHA-256 of their certificates, from ``authsign/trusted/roots.yaml`` of webrecorder/authsign, by
which ``wacz validate --verify-auth`` judges.
"""

from __future__ import annotations

from typing import Final

KNOWN: Final = {
    "96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6": "ISRG Root X1",
    "69729b8e15a86efc177a57afb7171dfc64add28c2fca8cf1507e34453ccb1470": "ISRG Root X2",
    "6d99fb265eb1c5b3744765fcbc648f3cd8e1bffafdc4c2f99b9d47cf7ff1c24f": "ISRG Root X1 by DST X3",
    "ee5f7abd6981bb0255632cd8f49283451b4b18844d12040b44ee00f07b8fe2c6": "ISRG Root X1 by DST X3",
    "a6379e7cecc05faa3cbf076013d745e327bbbaa38c0b9af22469d4701d18aabc": "freetsa.org",
}
