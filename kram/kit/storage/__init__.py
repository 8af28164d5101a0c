"""Files that outlive a process: pictures, imports, exports.

A key names a file for ever: whoever stores new content chooses a new key. Keys that begin with
`private/` have no address; everything else may be fetched by anyone who knows it, from a content
delivery network if there is one.
"""

from kram.kit.storage.contract import (
    PRIVATE_PREFIX,
    BadKey,
    FileMissing,
    Storage,
    StorageUnavailable,
    is_private,
)

__all__ = [
    "PRIVATE_PREFIX",
    "BadKey",
    "FileMissing",
    "Storage",
    "StorageUnavailable",
    "is_private",
]
