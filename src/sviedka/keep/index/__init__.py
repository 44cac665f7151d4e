"""The encrypted SQLite projection of the records that this device may read.

It can be deleted and made again at any time, and then holds the same. It knows nothing of ledger,
vault or keys: the archive hands it rows, and asks the functions of ``records``, ``items``,
``events`` and ``labels`` within ``Index.reading()``.
"""

from sviedka.keep.index.index import Index
from sviedka.keep.index.projection import Projection
from sviedka.keep.index.records import Batch, Record
from sviedka.keep.index.row import Row

__all__ = ["Batch", "Index", "Projection", "Record", "Row"]
