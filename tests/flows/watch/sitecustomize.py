"""Loaded by every Python process that has this folder on its path: notes each address that a socket is asked for."""

import os
import sys
from pathlib import Path

_LOG = os.environ.get("SETTEI_SOCKET_LOG")


def _note(event: str, arguments: tuple) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"}:
        address = arguments[1]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        address = arguments[0]
    else:
        return
    with Path(_LOG).open("a") as log:
        log.write(f"{event} {address!r}\n")


if _LOG:
    sys.addaudithook(_note)
