"""Questions to the person, and sentences in boxes of their own."""

from collections.abc import Sequence
from pathlib import Path

from PyQt6.QtCore import Qt, QUrl
from PyQt6.QtGui import QAction, QDesktopServices, QKeySequence
from PyQt6.QtWidgets import QFileDialog, QMessageBox, QWidget

from zmlp_gui.words import tr

KEY_COLUMNS = 2


def ask_open(parent: QWidget) -> Path | None:
    """Which file to open; None if the person thinks better of it."""
    filters = ";;".join(
        [
            tr("All that zmlp reads")
            + " (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff *.pgm"
            + " *.jsonl *.jsonl.gz *.ndjson *.safetensors *.npz *.csv *.csv.gz)",
            tr("Pictures") + " (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff *.pgm)",
            tr("Ink") + " (*.jsonl *.jsonl.gz *.ndjson)",
            tr("Networks") + " (*.safetensors)",
            tr("Data to learn from") + " (*.npz *.csv *.csv.gz)",
            tr("All files") + " (*)",
        ]
    )
    name, _ = QFileDialog.getOpenFileName(parent, tr("Open"), "", filters)
    return Path(name) if name else None


def ask_save(parent: QWidget, title: str, name: str, words: str, suffix: str) -> Path | None:
    """Where to save; asks before a file is replaced, and adds the suffix where it is missing."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, name, f"{words} (*{suffix})")
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.name.lower().endswith(suffix) else path.with_name(path.name + suffix)


def ask_format(
    parent: QWidget, title: str, stem: str, formats: Sequence[tuple[str, str]]
) -> Path | None:
    """Where to save, and by the name's suffix how; without one the chosen filter's is added.

    `formats` are suffixes with their words; the first is offered.
    """
    filters = {f"{words} (*{suffix})": suffix for suffix, words in formats}
    first = formats[0][0]
    offered = stem + first
    name, chosen = QFileDialog.getSaveFileName(parent, title, offered, ";;".join(filters))
    if not name:
        return None
    path = Path(name)
    if path.suffix.lower() in filters.values():
        return path
    return path.with_name(path.name + filters.get(chosen, first))


def ask_folder(parent: QWidget) -> Path | None:
    """Which folder to learn from."""
    name = QFileDialog.getExistingDirectory(parent, tr("Folder to learn from"))
    return Path(name) if name else None


def ask_data_file(parent: QWidget) -> Path | None:
    """Which file to learn from."""
    # Files of IDX have no suffix of their own.
    filters = ";;".join(
        [
            tr("Data") + " (*.npz *.csv *.csv.gz *.ndjson *.ndjson.gz emnist-*-ubyte*)",
            tr("All files") + " (*)",
        ]
    )
    name, _ = QFileDialog.getOpenFileName(parent, tr("File to learn from"), "", filters)
    return Path(name) if name else None


def tell_error(parent: QWidget, sentence: str) -> QMessageBox:
    """Show an error in words, without stopping anything."""
    box = QMessageBox(QMessageBox.Icon.Warning, tr("zmlp"), sentence, parent=parent)
    # A file may be named <b>.
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box


def show_about(parent: QWidget, version: str, credits: str) -> QMessageBox:
    """Version, licence and credits."""
    text = tr(
        "<h3>zmlp {version}</h3>"
        "<p>A small neural network reads your digits and lets you watch it learn.</p>"
        "<p>Free software under the GNU General Public License, version 3 or later; "
        "it comes with no warranty.</p>",
        version=version,
    )
    box = QMessageBox(parent)
    box.setWindowTitle(tr("About zmlp"))
    box.setText(text)
    box.setInformativeText(credits)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box


def show_keys(parent: QWidget, actions: list[QAction]) -> QMessageBox:
    """All shortcuts at a glance."""
    native = QKeySequence.SequenceFormat.NativeText
    rows = [
        f"<tr><td>{_unbroken(action.text().replace('&', ''))}</td><td style='padding-left: 16px'>"
        f"{_unbroken(', '.join(key.toString(native) for key in action.shortcuts()))}</td></tr>"
        for action in actions
        if action.shortcuts()
    ]
    # Side by side, for one below the other they are higher than a screen.
    length = -(-len(rows) // KEY_COLUMNS)
    columns = "".join(
        "<td style='padding-right: 32px'><table cellspacing='2'>"
        f"{''.join(rows[start : start + length])}</table></td>"
        for start in range(0, len(rows), length)
    )
    draw = tr("Draw with the arrow keys; Shift is slow, Space puts the pen down and lifts it")
    teach = tr("0 to 9 say what the drawing was, and the network learns it")
    box = QMessageBox(parent)
    box.setWindowTitle(tr("Shortcuts"))
    box.setText(f"<table><tr>{columns}</tr></table><p>{draw}.<br>{teach}.</p>")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    return box


def _unbroken(text: str) -> str:
    """The text on one line: a box knows no other way to be told."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def show_in_desktop(path: Path) -> bool:
    """Open a file or folder with the desktop's own program."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
