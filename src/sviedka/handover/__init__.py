"""Handing over: originals with their custody and their proofs, in the forms that others know."""
