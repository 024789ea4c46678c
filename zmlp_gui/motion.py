"""Whether things may move by themselves: people who asked their system for rest get it."""

import os

from PyQt6.QtWidgets import QApplication, QStyle


def reduced_motion() -> bool:
    """Whether the desktop has its animations switched off, or `ZMLP_REDUCED_MOTION` is set to 1."""
    wish = os.environ.get("ZMLP_REDUCED_MOTION")
    if wish:
        return wish != "0"
    style = QApplication.style()
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return style is not None and style.styleHint(hint) == 0
