"""Whether there is a screen to open a window on; Qt itself aborts where there is none."""

import ctypes
import os
import socket
import sys
from pathlib import Path

from PyQt6.QtCore import QLibraryInfo

from core.errors import ZmlpError

PACKAGES = "libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"


def check_display() -> None:
    """Do nothing where a window can be opened.

    Raises
    ------
    ZmlpError
        There is no screen, or a system library that Qt needs for it is missing.
    """
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if sys.platform != "linux" or (platform and not platform.startswith(("xcb", "wayland"))):
        return
    if not platform.startswith("xcb") and _wayland_answers():
        return
    display = os.environ.get("DISPLAY", "")
    if not display:
        raise ZmlpError(
            "There is no screen to open a window on. Start zmlp from a desktop, or run "
            "“zmlp demo --offscreen FOLDER” for pictures; train, evaluate and predict need none."
        )
    try:
        _load_plugin()
        answers = _x_answers()
    except OSError as error:
        raise ZmlpError(
            f"A system library of the screen is missing ({error}): install {PACKAGES} "
            f"(Debian, Ubuntu: sudo apt-get install {PACKAGES}) and start again."
        ) from None
    if not answers:
        raise ZmlpError(f"The screen {display} named by DISPLAY does not answer, or refuses us.")


def _wayland_answers() -> bool:
    """Whether a Wayland compositor listens."""
    name = os.environ.get("WAYLAND_DISPLAY", "")
    if not name:
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / name))
        except OSError:
            return False
    return True


def _load_plugin() -> None:
    """Load what Qt speaks to X with; the error names the library that it lacks."""
    plugins = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
    plugin = Path(plugins) / "platforms" / "libqxcb.so"
    if plugin.exists():
        ctypes.CDLL(str(plugin))


def _x_answers() -> bool:
    """Whether the X server named by DISPLAY, here or elsewhere, lets us in."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not refused
