"""Files that users bring → tables of cells. `read` never raises anything but FileRefusedError for what a file
holds.

Kept light on purpose: the child process imports this package too, and must be up in a fraction of a second.
"""

from __future__ import annotations

from data.readers.process import Limits, peek, read, sha256, unpack

__all__ = ["Limits", "peek", "read", "sha256", "unpack"]
