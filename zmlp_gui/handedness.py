"""Mirrors columns for people whose hand would cover what stands to the right of it."""

from PyQt6.QtWidgets import QSplitter


def mirror(columns: QSplitter) -> None:
    """Turn the order of the columns around; each keeps its width."""
    sizes = columns.sizes()
    for index in range(1, columns.count()):
        columns.insertWidget(0, columns.widget(index))
    columns.setSizes(sizes[::-1])
