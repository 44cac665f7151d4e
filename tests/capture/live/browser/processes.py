"""What processes there are under one, and waiting for them to be gone."""

import time
from pathlib import Path

PATIENCE = 20


def _stat(pid):
    """Parent and start time, which together with the pid names a process for good."""
    try:
        rest = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return int(rest[1]), rest[19], rest[0]


def under(pid):
    """Every living process below ``pid``, as (pid, start time)."""
    pids = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
    stats = {each: found for each in pids if (found := _stat(each))}
    found, level = [], {pid}
    while level:
        level = {each for each, (parent, *_) in stats.items() if parent in level}
        found += [(each, stats[each][1]) for each in level]
    return found


def living(processes):
    """Those of them that are not gone."""
    return [
        (pid, start)
        for pid, start in processes
        if (stat := _stat(pid)) and stat[1] == start and stat[2] != "Z"
    ]


def wait_until_gone(processes):
    """Those that will not go."""
    until = time.monotonic() + PATIENCE
    while (left := living(processes)) and time.monotonic() < until:
        time.sleep(0.02)
    return left
