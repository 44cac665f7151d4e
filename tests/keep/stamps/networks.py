"""A network in memory: what answers, by URL, and what was asked."""

from sviedka.errors import NetworkError
from sviedka.keep.stamps.network import Answer


class Network:
    """``there`` are functions of a query (or of the bytes posted, for authorities), by URL."""

    def __init__(self, **there):
        self.there = there
        self.asked = []

    def __call__(self, query):
        self.asked.append(query.url)
        for url, answer in self.there.items():
            if query.url.startswith(url):
                found = answer(query)
                return found if isinstance(found, Answer) else Answer(200, found)
        raise NetworkError("the server cannot be asked: nobody is there", where=query.url)


def tsa(authority):
    """An authority as a server of such a network."""
    return lambda query: authority.answer(query.body)
