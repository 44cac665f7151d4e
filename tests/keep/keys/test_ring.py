import pytest

from sviedka.errors import AccessError, FormatError, IntegrityError
from sviedka.keep.age import HybridIdentity
from sviedka.keep.keys import grants
from sviedka.keep.keys.facet import FacetEpoch
from sviedka.keep.keys.ring import Keyring
from sviedka.keep.ledger.statements import FacetKeys

CASE = "c1" * 16
NAME = FacetEpoch(CASE, "status", 1)


class Shelf:
    """Grants, declarations and outer keys in memory; counts how often grants are read."""

    def __init__(self):
        self.files = {}
        self.keys = {}
        self.outer = {}
        self.reads = 0

    def add(self, archive, name, devices):
        facet, outer = HybridIdentity.generate(), HybridIdentity.generate()
        self.outer[name] = outer.seed
        self.keys[name] = FacetKeys(
            epoch=name.epoch,
            outer=outer.recipient.to_bytes(),
            recipient=facet.recipient.to_bytes(),
        )
        public = {each.id: each.seal_public for each in devices}
        written = grants.write(archive, name, facet.seed, outer.recipient.to_bytes(), public)
        self.files[name] = [written]
        return facet

    def grant_files(self, name):
        self.reads += 1
        return self.files.get(name, [])

    def declared(self, name):
        return self.keys.get(name)

    def outer_seed(self, name):
        return self.outer.get(name)


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def ring(archive, keys, shelf):
    return Keyring(archive, keys, shelf)


def test_a_key_is_opened_once_and_remembered(archive, keys, shelf, ring):
    facet = shelf.add(archive, NAME, [keys])
    assert ring.identity(NAME).seed == facet.seed
    assert ring.identity(NAME) is ring.identity(NAME)
    assert shelf.reads == 1


def test_epochs_and_facets_have_keys_of_their_own(archive, keys, shelf, ring):
    names = [FacetEpoch(CASE, facet, epoch) for facet in ("status", "contact") for epoch in (1, 2)]
    made = {name: shelf.add(archive, name, [keys]).seed for name in names}
    assert {name: ring.identity(name).seed for name in names} == made


def test_a_forgotten_facet_is_opened_anew(archive, keys, shelf, ring):
    other = FacetEpoch(CASE, "contact", 1)
    shelf.add(archive, NAME, [keys])
    shelf.add(archive, other, [keys])
    ring.identity(NAME)
    ring.identity(other)
    ring.forget(CASE, "status")
    ring.identity(other)
    assert shelf.reads == 2
    ring.identity(NAME)
    assert shelf.reads == 3


def test_after_its_outer_key_is_destroyed_a_facet_opens_no_more(archive, keys, shelf, ring):
    shelf.add(archive, NAME, [keys])
    ring.identity(NAME)
    del shelf.outer[NAME]
    ring.forget(CASE, "status")
    with pytest.raises(AccessError, match="destroyed"):
        ring.identity(NAME)


def test_what_is_not_declared_is_not_opened(archive, keys, shelf, ring):
    shelf.add(archive, NAME, [keys])
    del shelf.keys[NAME]
    with pytest.raises(AccessError, match="declares no key"):
        ring.identity(NAME)


def test_a_device_that_was_not_granted_is_told(archive, stranger, shelf, ring):
    shelf.add(archive, NAME, [stranger])
    with pytest.raises(AccessError, match="not granted"):
        ring.identity(NAME)
    shelf.files[NAME] = []
    with pytest.raises(AccessError, match="not granted"):
        ring.identity(NAME)


def test_a_false_grant_does_not_shut_out_who_holds_a_true_one(archive, keys, shelf, ring):
    facet = shelf.add(archive, NAME, [keys])
    elsewhere = FacetEpoch("c2" * 16, "status", 1)
    shelf.add(archive, elsewhere, [keys])
    shelf.files[NAME] = [b"spoilt", *shelf.files[elsewhere], *shelf.files[NAME]]
    assert ring.identity(NAME).seed == facet.seed


def test_with_false_grants_alone_the_trouble_is_named(archive, keys, shelf, ring):
    elsewhere = FacetEpoch("c2" * 16, "status", 1)
    shelf.add(archive, NAME, [keys])
    shelf.add(archive, elsewhere, [keys])
    shelf.files[NAME] = [b"spoilt"]
    with pytest.raises(FormatError):
        ring.identity(NAME)
    shelf.files[NAME] = shelf.files[elsewhere]
    with pytest.raises(IntegrityError, match="in the place of"):
        ring.identity(NAME)


def test_a_key_that_was_put_in_place_of_the_declared_is_refused(archive, keys, shelf, ring):
    shelf.add(archive, NAME, [keys])
    declared = shelf.keys[NAME]
    shelf.add(archive, NAME, [keys])
    shelf.keys[NAME] = declared
    with pytest.raises(IntegrityError):
        ring.identity(NAME)


def test_its_representation_shows_no_key(archive, keys, shelf, ring):
    facet = shelf.add(archive, NAME, [keys])
    ring.identity(NAME)
    assert facet.seed.hex() not in repr(ring)
