"""Whether there is a screen to open a window on; Qt itself aborts where there is none."""

import ctypes
import os
import socket
import sys

from core.errors import ZmlpError

X_SOCKET = "/tmp/.X11-unix/X{number}"


def check_display() -> None:
    """Do nothing where a window can be opened.

    Raises
    ------
    ZmlpError
        There is no screen, or a system library that Qt needs for it is missing.
    """
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        return
    display = os.environ.get("DISPLAY", "")
    if not display:
        raise ZmlpError(
            "There is no screen to open a window on. Start zmlp from a desktop, or run "
            "“zmlp demo --offscreen FOLDER” for pictures; train, evaluate and predict need no screen."
        )
    if not _answers(display):
        raise ZmlpError(f"The screen {display} named by DISPLAY does not answer.")
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError:
        raise ZmlpError(
            "A system library of the screen is missing: install libxcb-cursor0 "
            "(Debian, Ubuntu: sudo apt-get install libxcb-cursor0) and start again."
        ) from None


def _answers(display: str) -> bool:
    """Whether a local X server listens; a remote one is believed to."""
    host, _, rest = display.rpartition(":")
    number = rest.split(".")[0]
    if host not in ("", "unix") or not number.isdigit():
        return True
    path = X_SOCKET.format(number=number)
    # Linux servers listen at an abstract name too, which is the only one in some containers.
    for address in (path, "\0" + path):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(address)
            except OSError:
                continue
            return True
    return False
