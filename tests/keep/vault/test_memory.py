"""Peak memory does not grow with an original; a child measures, so that nothing else counts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.material.corpus import write_sparse

CHILD = """
import sys
from pathlib import Path
from sviedka.keep.age import HybridIdentity
from sviedka.keep.vault import DirectoryStore, Source, seal_item, verify_item

identity = HybridIdentity.generate()
store = DirectoryStore(Path(sys.argv[2]))
with store.staging() as stage:
    sealed = seal_item(stage, identity.recipient, Source.of(Path(sys.argv[1])))
    stage.commit()
with store.open(sealed.object) as file:
    verify_item(file, identity, sealed)
# Not getrusage: its peak includes the process from which this one was started.
status = Path("/proc/self/status").read_text()
print(status.split("VmHWM:")[1].split()[0])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is not told here")
@pytest.mark.parametrize("size", [1 << 28, pytest.param(1 << 32, marks=pytest.mark.slow)])
def test_a_large_original_needs_little_memory(tmp_path: Path, size: int) -> None:
    write_sparse(tmp_path / "large", size)
    command = [sys.executable, "-c", CHILD, str(tmp_path / "large"), str(tmp_path / "objects")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 60 << 10  # KiB
