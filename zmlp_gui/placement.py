"""Where the window lies, as numbers that can be remembered, and back onto the screens there are."""

from typing import Any

from PyQt6.QtCore import QPoint, QRect, Qt, QTimer
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QSplitter, QWidget

# Height of the title bar, which has to stay in sight; nobody knows it before the window is shown.
TITLE = 32
FARTHEST = 1_000_000


def place(window: QWidget) -> dict[str, Any] | None:
    """Where a window lies when it is neither maximised, minimised nor on the full screen."""
    rect = window.normalGeometry()
    return (
        None
        if rect.isEmpty()
        else {
            "position": [rect.x(), rect.y()],
            "size": [rect.width(), rect.height()],
            "maximised": bool(window.windowState() & Qt.WindowState.WindowMaximized),
        }
    )


def put(window: QWidget, value: Any) -> None:
    """Put a window where it lay, or as near as the screens of today allow; before it is shown.

    A window that was minimised or on the full screen when it was closed comes back as it was
    before.

    Raises
    ------
    ValueError, KeyError, TypeError
        The value is damaged.
    """
    (x, y), (width, height) = _whole(value["position"]), _whole(value["size"])
    if width < 1 or height < 1:
        raise ValueError("a window without a size")
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    window.setGeometry(fit(QRect(x, y, width, height), screens))
    if value["maximised"] is True:
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def stay_in_sight(window: QWidget) -> None:
    """Bring a window back from a screen that is taken away while it is open."""

    def come_back() -> None:
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        if not window.isMaximized() and not window.isFullScreen():
            window.setGeometry(fit(window.geometry(), screens))

    come = QTimer(window)
    come.setSingleShot(True)
    come.timeout.connect(come_back)
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    # Not at once: the screen is still among the others, and the desktop may do it itself.
    app.screenRemoved.connect(come.start)


def fit(rect: QRect, screens: list[QRect]) -> QRect:
    """The rectangle, moved and shrunk as little as will do to lie on one screen, title and all.

    Parameters
    ----------
    rect : QRect
        What lies within the window's frame.
    screens : list of QRect
        What windows may use of each screen. The one that shows most of the window takes it, where
        none does the nearest.
    """
    if not screens or any(screen.contains(rect) for screen in screens):
        return rect
    screen = max(screens, key=lambda each: (_shared(each, rect), -_distance(each, rect)))
    free = screen.adjusted(0, min(TITLE, screen.height() // 4), 0, 0)
    fitted = QRect(rect.topLeft(), rect.size().boundedTo(free.size()))
    fitted.moveTo(
        QPoint(
            min(max(fitted.x(), free.x()), free.x() + free.width() - fitted.width()),
            min(max(fitted.y(), free.y()), free.y() + free.height() - fitted.height()),
        )
    )
    return fitted


def widths(splitter: QSplitter) -> list[int] | None:
    """The widths of a splitter's columns; None while one of them is hidden."""
    sizes = splitter.sizes()
    columns = [splitter.widget(index) for index in range(splitter.count())]
    hidden = any(column is None or column.isHidden() for column in columns)
    return sizes if all(sizes) and not hidden else None


def set_widths(splitter: QSplitter, value: Any) -> None:
    """Give a splitter's columns their widths again.

    Raises
    ------
    ValueError, TypeError
        The value is damaged, or of another number of columns.
    """
    sizes = _whole(value)
    if len(sizes) != splitter.count() or min(sizes) < 1:
        raise ValueError("other columns")
    splitter.setSizes(sizes)


def _whole(values: Any) -> list[int]:
    """A list of whole numbers that Qt can count with."""
    if not isinstance(values, list) or {type(each) for each in values} != {int}:
        raise TypeError("no list of whole numbers")
    if max(map(abs, values)) > FARTHEST:
        raise ValueError("far too large")
    return values


def _shared(screen: QRect, rect: QRect) -> int:
    """The area that both have."""
    both = screen & rect
    return both.width() * both.height() if both.isValid() else 0


def _distance(screen: QRect, rect: QRect) -> int:
    """Between the middles."""
    return (screen.center() - rect.center()).manhattanLength()
