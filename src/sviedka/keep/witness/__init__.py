"""Witnesses: partners who see heads of the ledger from outside, and sign that they did.

Two sides that share nothing but two small texts, carried by mail or on a stick: the owner's
(``request``, ``accept``, ``trust``) and the witness's own (``Witness``), which needs no archive.
"""

from __future__ import annotations

from sviedka.keep.witness.asking import accept, request
from sviedka.keep.witness.cosigner import Witness
from sviedka.keep.witness.trusting import Seen, Trusted, newest, seen, trust, trusted
from sviedka.keep.witness.wire import MAX_REQUEST, Request

__all__ = [
    "MAX_REQUEST",
    "Request",
    "Seen",
    "Trusted",
    "Witness",
    "accept",
    "newest",
    "request",
    "seen",
    "trust",
    "trusted",
]
