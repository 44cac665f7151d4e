"""The ground floor: sealed objects, their keys and the ledger; nothing here knows what is kept."""
