"""Stamps: outsiders' word for when a signed head of the ledger was there at the latest.

Authorities of RFC 3161, and calendars of OpenTimestamps, are given a hash and nothing else. What
they answer is checked before it is kept, and again whenever somebody asks, at the time it states.
"""
