"""The sheet that puts the reading under stress: a map, the steps taken, and one cell close."""

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.preparation import Steps
from core.reader import Reading
from core.stress_maps import MAPS, StressMap
from zmlp_gui import theme
from zmlp_gui.answer.pixel_view import PixelView
from zmlp_gui.lent_focus import LentFocus
from zmlp_gui.panel.segmented import Segmented
from zmlp_gui.plot.stress_plot import Mark, StressPlot, axis_title
from zmlp_gui.words import tr


class StressView(QWidget):
    """Shows the answers it is given for the cells of a map; it reads nothing itself.

    Attributes
    ----------
    lent_focus : LentFocus
        Gives the keys to the map, and back.

    Signals
    -------
    wanted()
        The person chose another map or other steps: see `map`, `steps` and `pictured`.
    closed()
        The person has seen enough.
    """

    wanted = pyqtSignal()
    closed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._readings: dict[tuple[int, int], Reading | None] = {}
        self._meant: tuple[str, bool] = ("", False)
        words = (
            ("turn", tr("Turn, size"), tr("Turn and enlarge the drawing")),
            ("place", tr("Place"), tr("Put the drawing anywhere, at a quarter of the canvas")),
            ("pen", tr("Pen, size"), tr("Draw with thin and thick pens, small and large")),
            ("slant", tr("Slant, turn"), tr("Slant and turn the drawing")),
        )
        self._maps = Segmented(tr("Map"), words)
        self._plot = StressPlot(MAPS[self._maps.choice()])
        self.lent_focus = LentFocus(self, self._plot)
        self._scale = _box(tr("scale"), tr("Cut the ink out and make it 20 pixels long"))
        self._centre = _box(tr("centre"), tr("Put the centre of mass in the middle"))
        self._pen = _box(tr("pen"), tr("Give all strokes the width of MNIST's pen"))
        self._picture = QCheckBox(tr("from a picture"))
        self._picture.setToolTip(tr("Read the strokes from a picture of them"))
        self._summary, self._title, self._words = QLabel(), QLabel(), QLabel()
        self._pixels = PixelView()
        self._close = QPushButton("✕")
        self.setAccessibleName(tr("Stress the reading"))
        self._lay_out()
        self._maps.chosen.connect(self._choose_map)
        for box in (self._scale, self._centre, self._pen, self._picture):
            box.setAccessibleName(box.text())
            box.toggled.connect(lambda _: self._want())
        self._plot.looked.connect(lambda row, column: self._show_cell())
        self._close.clicked.connect(self.closed)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.closed)
        self.show_nothing()

    @property
    def map(self) -> StressMap:
        """The map that is shown."""
        return MAPS[self._maps.choice()]

    @property
    def steps(self) -> Steps:
        """The steps of the preparation that are taken."""
        return Steps(self._scale.isChecked(), self._centre.isChecked(), self._pen.isChecked())

    @property
    def pictured(self) -> bool:
        """Whether strokes are read from a picture of them."""
        return self._picture.isChecked()

    def allow_steps(self, on: bool) -> None:
        """Say whether the network's preparation has steps to be left out."""
        for box in (self._scale, self._centre, self._pen):
            box.setEnabled(on)
            if not on:
                box.setChecked(True)

    def show_nothing(self) -> None:
        """Nothing is drawn."""
        self._readings.clear()
        self._plot.clear()
        self._summary.setText("")
        self._pixels.show_image(None)
        self._title.setText(tr("Draw a digit"))
        self._say(tr("The map then shows how it is read when it is turned, moved, small or thick."))

    def expect(self, meant: str, known: bool) -> None:
        """Begin anew: the answer that is right, and whether a label says so.

        Without a label it is what is read undisturbed.
        """
        self._meant = meant, known
        self._readings.clear()
        self._plot.set_stale()

    def set_stale(self) -> None:
        """What is shown is no more what would be read."""
        self._plot.set_stale()
        self._summary.setText(tr("reading"))

    def show_failure(self, sentence: str) -> None:
        """The map could not be read."""
        self.show_nothing()
        self._title.setText("")
        self._say(sentence)

    def show_reading(self, row: int, column: int, reading: Reading | None) -> None:
        """Show the answer of a cell; None where nothing was left to be read."""
        self._readings[row, column] = reading
        self._plot.set_mark(row, column, self._mark(reading))
        if (row, column) == self._plot.at:
            self._show_cell()
        self._summarise()

    def _mark(self, reading: Reading | None) -> Mark:
        if reading is None:
            return Mark("–", 0.0, False)
        return Mark(reading.name, reading.confidence, reading.name == self._meant[0])

    def _choose_map(self, name: str) -> None:
        self._readings.clear()
        self._plot.set_map(MAPS[name])
        self._want()

    def _want(self) -> None:
        self.set_stale()
        self.wanted.emit()

    def _summarise(self) -> None:
        right = sum(self._mark(reading).right for reading in self._readings.values())
        cells = self.map.rows * self.map.columns
        if len(self._readings) == cells:
            words = tr("{right} of {cells} read as {meant}", right=right, cells=cells,
                       meant=self._meant[0])  # fmt: skip
            self._summary.setText(words)
        else:
            self._summary.setText(tr("{done} of {cells}", done=len(self._readings), cells=cells))

    def _show_cell(self) -> None:
        row, column = self._plot.at
        if (row, column) not in self._readings:
            return
        reading = self._readings[row, column]
        across, down = self.map.values
        place = " · ".join(
            f"{axis_title(axis.name)} {axis.short(value)}"
            for axis, value in ((self.map.across, across[column]), (self.map.down, down[row]))
        )
        meant, known = self._meant
        self._pixels.show_image(None if reading is None else reading.image)
        if reading is None:
            self._title.setText(tr("Nothing left to read"))
            self._say(place)
            return
        sure = f"{100 * reading.confidence:.1f}"
        self._title.setText(tr("{answer}, {sure} % sure", answer=reading.name, sure=sure))
        if reading.name == meant:
            verdict = tr("right") if known else tr("as it is read undisturbed")
        elif known:
            verdict = tr("wrong: this is a {meant}", meant=meant)
        else:
            verdict = tr("broken: undisturbed it is read as {meant}", meant=meant)
        self._say(f"{place}\n{verdict}")

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._plot.setAccessibleDescription(f"{self._title.text()}. {words}")

    def _lay_out(self) -> None:
        gap = theme.current().margin // 2
        heading = QLabel(tr("Where the reading breaks"))
        heading.setFont(theme.font(20, theme.Weight.DemiBold))
        self._summary.setProperty("role", "soft")
        self._summary.setAccessibleName(tr("How much is read right"))
        self._close.setProperty("quiet", True)
        self._close.setToolTip(tr("Close (Esc)"))
        self._close.setAccessibleName(tr("Close"))
        self._title.setFont(theme.font(15, theme.Weight.DemiBold))
        self._title.setAccessibleName(tr("Answer in the cell"))
        self._words.setProperty("role", "soft")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        steps = QLabel(tr("Preparation"))
        steps.setProperty("role", "small")
        head, choices, foot, words = QHBoxLayout(), QHBoxLayout(), QHBoxLayout(), QVBoxLayout()
        head.addWidget(heading)
        head.addStretch(1)
        head.addWidget(self._summary)
        head.addWidget(self._close)
        choices.setSpacing(gap)
        choices.addWidget(steps)
        for box in (self._scale, self._centre, self._pen):
            choices.addWidget(box)
        choices.addStretch(1)
        choices.addWidget(self._picture)
        words.setSpacing(4)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._words)
        words.addStretch(1)
        foot.setSpacing(2 * gap)
        foot.addWidget(self._pixels, 0, Qt.AlignmentFlag.AlignVCenter)
        foot.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addLayout(head)
        column.addWidget(self._maps, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(choices)
        column.addWidget(self._plot, 1)
        column.addLayout(foot)


def _box(word: str, words: str) -> QCheckBox:
    """A step of the preparation, taken until the person leaves it out."""
    box = QCheckBox(word)
    box.setChecked(True)
    box.setToolTip(words)
    return box
