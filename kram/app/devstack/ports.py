"""Free loopback ports."""

import errno
import socket
from collections.abc import Collection

LOOPBACK = "127.0.0.1"


def free_port(preferred: int = 0, taken: Collection[int] = ()) -> int:
    """Returns the preferred port if nobody has it, else any free one.

    It may be taken before its user binds it: whoever starts a server retries with the next.
    """
    for port in (preferred, *(0 for _ in range(20))):
        if port in taken:
            continue
        number = _bound(port)
        if number is not None and number not in taken:
            return number
    raise OSError(errno.EADDRINUSE, "no free port on the loopback interface")


def is_free(port: int) -> bool:
    return _bound(port) is not None


def _bound(port: int) -> int | None:
    with socket.socket() as probe:
        # As servers do: an address in TIME_WAIT is free, one that is listened on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return None
        return int(probe.getsockname()[1])
