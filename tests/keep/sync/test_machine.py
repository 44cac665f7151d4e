"""Any order of saves, syncs, interruptions, handovers, admissions: one ledger, nothing lost."""

import gc
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sviedka import errors
from sviedka.keep import sync as syncing
from sviedka.keep.destruction.facets import destroy
from tests.keep.sync import places
from tests.keep.sync.cutting import Cut, cut_at

DEVICE = st.integers(0, 2)
CASE = st.integers(0, 3)
CUT = st.integers(0, 120)


class Devices(RuleBasedStateMachine):
    template = None

    @initialize()
    def begin(self):
        self.root = Path(tempfile.mkdtemp())
        root, first, second = self.template
        for each in root.iterdir():
            shutil.copytree(each, self.root / each.name)
        self.folder = self.root / "stick"
        self.places = [
            places.Place(self.root / place.root.name, place.device) for place in (first, second)
        ]
        self.patch = pytest.MonkeyPatch()
        self.saved = {}  # text: case
        self.maybe = set()
        self.cases = []
        self.destroyed = set()
        self.handing = False
        self.number = 0

    def teardown(self):
        if hasattr(self, "root"):
            try:
                self.settle()
            finally:
                shutil.rmtree(self.root)

    def place(self, device):
        return self.places[device % len(self.places)]

    def sequencer(self):
        for place in self.places:
            with place.open() as archive:
                if archive.is_sequencer:
                    return place
        return None

    # What may happen

    @rule(device=DEVICE, case=CASE)
    def save(self, device, case):
        self.number += 1
        text = f"note {self.number}"
        place = self.place(device)
        case = self.known(place, case)
        self.saved[text] = place.save(case, text)
        self.cases.append(self.saved[text])

    @rule(device=DEVICE, case=CASE, at=CUT)
    def cut_save(self, device, case, at):
        self.number += 1
        place = self.place(device)
        case = self.known(place, case)
        self.maybe.add(f"note {self.number}")
        self.cut(at, place.save, case, f"note {self.number}")

    @rule(device=DEVICE)
    def sync(self, device):
        report = self.place(device).sync(self.folder)
        assert [each for each in report.findings if not behind(each)] == []

    @rule(device=DEVICE, at=CUT)
    def cut_sync(self, device, at):
        place = self.place(device)
        self.cut(at, place.sync, self.folder)

    @rule(device=DEVICE, at=st.one_of(st.none(), CUT))
    def hand_over(self, device, at):
        giver, heir = self.sequencer(), self.place(device)
        if giver is None or giver is heir:
            return
        giver.sync(self.folder)
        heir.sync(self.folder)
        with heir.open() as archive:
            if not archive.is_sequencer:
                syncing.consent(archive, self.folder)
        self.handing = True
        self.cut(10**9 if at is None else at, self.give, giver, heir)

    def give(self, giver, heir):
        with giver.open() as archive:
            syncing.hand_over(archive, self.folder, heir.device.id)

    def cut(self, at, act, *args):
        try:
            with cut_at(self.patch, at):
                act(*args)
        except Cut:
            pass
        gc.collect()  # what a process that ends lets go of

    @precondition(lambda self: len(self.places) == 2)
    @rule()
    def admit(self):
        if giver := self.sequencer():
            self.places.append(places.join(self.root / "third", self.folder, giver))

    @rule(device=DEVICE, case=CASE)
    def destroy(self, device, case):
        place = self.place(device)
        case = self.known(place, case)
        if case and case not in self.destroyed:
            self.destroyed.add(case)
            with place.open() as archive:
                destroy(archive, case)

    @rule()
    def a_day_passes(self):
        for place in self.places:
            place.clock += timedelta(days=1)

    def known(self, place, case):
        """A case that this device knows and can write to, or a new one."""
        if case >= len(self.cases):
            return ""
        case = self.cases[case]
        with place.open() as archive:
            facets = archive.history.cases.get(case, {})
            return case if facets and not any(f.destroyed for f in facets.values()) else ""

    # What must be so in the end

    def settle(self):
        for _ in range(3 if self.handing else 2):
            for place in self.places:
                place.sync(self.folder)
        heads = []
        views = {}
        for place in self.places:
            report = place.sync(self.folder)
            assert (report.findings, report.waiting, report.provisional) == ([], [], 0)
            kept = place.check()
            with place.open() as archive:
                heads.append(archive.head)
                granted = frozenset(
                    (each.case, each.facet)
                    for grants in archive.history.granted.values()
                    for each in grants
                    if place.device.id in each.devices
                )
            assert views.setdefault(granted, kept) == kept
            texts = place.texts()
            assert len(set(texts)) == len(texts)
            for text, case in self.saved.items():
                readable = case not in self.destroyed and (case, "status") in granted
                assert (text in texts) == readable, text
            assert set(texts) <= self.saved.keys() | self.maybe | {"from the first"}
        assert len({(head.size, head.root) for head in heads}) == 1
        assert self.sequencer() is not None


def behind(finding):
    """What a device says of a folder that lacks what a handover or a sync cut short."""
    return isinstance(finding.error, errors.RollbackError)


def test_devices(template):
    machine = type("Devices", (Devices,), {"template": template})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
