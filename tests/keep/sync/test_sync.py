"""Two devices and an honest folder."""


def test_a_new_device_reads_what_it_was_granted(world):
    first, second, _ = world
    assert second.head() == first.head()
    assert second.texts() == ["from the first"]
    assert second.dump() == first.dump()


def test_what_a_device_saves_gets_its_position_and_comes_back(world):
    first, second, folder = world
    second.save(text="from the second")
    assert second.texts() == ["from the first", "from the second"]
    report = second.sync(folder)
    assert (report.provisional, report.findings, report.waiting) == (1, [], [])
    report = first.sync(folder)
    assert report.positioned == 4
    assert (report.findings, report.waiting) == ([], [])
    assert first.texts() == ["from the first", "from the second"]
    report = second.sync(folder)
    assert report.adopted == 4
    assert (report.provisional, report.findings, report.waiting) == (0, [], [])
    assert second.head() == first.head()
    assert second.dump() == first.dump()
    assert not list((second.path / "outbox").iterdir())
