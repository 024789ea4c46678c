"""The answer and what the network sees: true to the values, for every number of classes."""

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, Qt
from PyQt6.QtGui import QHelpEvent
from PyQt6.QtWidgets import QApplication, QLabel, QToolTip, QWidget

from core.reader import Reading
from zmlp_gui import theme
from zmlp_gui.answer.answer_bars import AnswerBars
from zmlp_gui.answer.answer_headline import AnswerHeadline
from zmlp_gui.answer.pixel_view import PixelView
from zmlp_gui.network_view import DIGITS, AnswerView, SeesView

CLOTHES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


def reading(*probabilities: float, names: tuple[str, ...] = DIGITS) -> Reading:
    values = np.array(probabilities, np.float32)
    return Reading(np.zeros((28, 28), np.uint8), values, names)


def a_seven() -> Reading:
    return reading(0.0, 0.006, 0.002, 0.004, 0.0, 0.0, 0.0, 0.984, 0.002, 0.002)


@pytest.fixture
def view(shown):
    view = AnswerView()
    view.resize(276, 633)
    return shown(view)


def bars_of(view: AnswerView) -> AnswerBars:
    return view.findChild(AnswerBars)


def same(image: np.ndarray, colour) -> np.ndarray:
    """Where an image has a colour, nearly."""
    return np.abs(image.astype(int) - colour.getRgb()[:3]).max(axis=2) < 12


def filled(image: np.ndarray, bars: AnswerBars, row: int) -> int:
    """Pixels of a row's bar, along its middle, that are not the empty track."""
    place = bars.bar(row)
    line = image[round(place.center().y()), round(place.left()) : round(place.right())]
    return int((~same(line[np.newaxis], theme.current().track)).sum())


# The answer in words


def test_the_answer_can_be_read_as_a_sentence(view):
    view.show_reading(a_seven())
    headline = view.findChild(AnswerHeadline)
    assert headline.text() == "7, 98 percent, then 1, then 3"
    assert headline.accessibleName() == headline.text()


def test_the_sentence_can_be_reached_with_the_keyboard(view, pixels):
    headline = view.findChild(AnswerHeadline)
    headline.clearFocus()
    headline.setFocus(Qt.FocusReason.TabFocusReason)
    assert headline.hasFocus()
    assert same(pixels(headline), theme.current().accent).sum() > 100


def test_nothing_drawn_is_no_guess(view, pixels):
    view.show_reading(a_seven())
    view.show_reading(None)
    assert view.findChild(AnswerHeadline).text() == "Nothing drawn yet"
    image, bars = pixels(bars_of(view)), bars_of(view)
    assert not same(image, theme.current().accent).any()
    assert [filled(image, bars, row) for row in range(10)] == [0] * 10


def test_of_two_classes_only_one_comes_next(view):
    view.show_reading(reading(0.25, 0.75, names=("even", "odd")))
    assert view.findChild(AnswerHeadline).text() == "odd, 75 percent, then even"


def test_the_answer_is_large_and_the_confidence_in_the_accent_colour(view, pixels):
    view.show_reading(a_seven())
    image = pixels(view.findChild(AnswerHeadline))
    ink = same(image, theme.current().text)
    rows = np.flatnonzero(ink.any(axis=1))
    assert rows[-1] - rows[0] > 70
    assert same(image, theme.current().accent).sum() > 80


@pytest.mark.parametrize("name", ["7", "10", "Ankle boot", "a name that is far too long to fit in"])
def test_no_answer_leaves_its_place(view, pixels, name):
    view.show_reading(reading(0.1, 0.9, names=("other", name)))
    headline = view.findChild(AnswerHeadline)
    image = pixels(headline)
    edge = np.concatenate([image[0], image[-1], image[:, -1]])
    assert same(edge[np.newaxis], theme.current().card).all()
    assert same(image, theme.current().text).any()


# Bars


def test_bars_are_as_long_as_the_answers_are_probable(view, pixels):
    values = [0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.2, 0.08]
    view.show_reading(reading(*values))
    bars = bars_of(view)
    image = pixels(bars)
    for row, value in enumerate(values):
        expected = value * bars.bar(row).width()
        assert filled(image, bars, row) == pytest.approx(expected, abs=1.5)


def test_a_certain_answer_fills_its_bar(view, pixels):
    view.show_reading(reading(*[0.0] * 9, 1.0))
    bars = bars_of(view)
    assert filled(pixels(bars), bars, 9) == pytest.approx(bars.bar(9).width(), abs=1.5)


def test_only_the_best_bar_has_the_accent_colour(view, pixels):
    view.show_reading(a_seven())
    bars = bars_of(view)
    rows = np.flatnonzero(same(pixels(bars), theme.current().accent).any(axis=1))
    assert bars.bar(7).top() - 1 <= rows[0]
    assert rows[-1] <= bars.bar(7).bottom() + 1


def test_the_best_answer_is_set_off_by_weight_too(view, pixels):
    """Colours alone must not carry the meaning."""
    view.show_reading(a_seven())
    bars = bars_of(view)
    image = pixels(bars)

    def darkest(row):
        place = bars.bar(row)
        name = image[int(place.top()) : int(place.bottom()), : int(place.left())]
        return name.min()

    assert darkest(7) < darkest(6)
    assert darkest(7) < darkest(8)


def test_an_answer_takes_the_place_of_the_one_before(view, pixels):
    view.show_reading(a_seven())
    first = pixels(view)
    view.show_reading(reading(0.9, *[0.0111] * 9))
    view.show_reading(a_seven())
    np.testing.assert_array_equal(pixels(view), first)


def test_long_names_fit_without_covering_the_bars(view, pixels):
    view.show_reading(reading(*[0.1] * 10, names=CLOTHES))
    bars = bars_of(view)
    image = pixels(bars)
    gap = image[:, int(bars.bar(0).left()) - 6 : int(bars.bar(0).left()) - 1]
    assert same(gap, theme.current().card).all()
    assert bars.bar(0).width() > 50


@pytest.mark.parametrize("count", [2, 26, 62, 3_000])
@pytest.mark.parametrize("size", [(180, 260), (276, 633), (500, 1000)])
def test_any_number_of_classes_fits(view, pixels, count, size):
    view.resize(*size)
    values = np.full(count, 0.5 / count, np.float32)
    values[count // 2] += 0.5
    names = tuple(f"class {index}" for index in range(count))
    view.show_reading(Reading(np.zeros((28, 28), np.uint8), values, names))
    bars = bars_of(view)
    image = pixels(bars)
    rows = np.flatnonzero(same(image, theme.current().accent).any(axis=1))
    assert len(rows) >= 5
    assert rows[-1] < image.shape[0] - 1


def test_tracks_and_names_follow_the_theme(qapp, view, pixels):
    view.show_reading(a_seven())
    theme.apply(qapp, "dark")
    image = pixels(bars_of(view))
    assert same(image, theme.DARK.track).any()
    assert same(image, theme.DARK.accent).any()
    assert not same(image, theme.LIGHT.card).any()
    headline = pixels(view.findChild(AnswerHeadline))
    assert same(headline, theme.DARK.text).any()


def test_the_note_stands_below_the_bars(view):
    view.set_note("Read again at every step of the run.")
    note = next(each for each in view.findChildren(QLabel) if "every step" in each.text())
    assert note.isVisible()
    assert note.y() >= bars_of(view).geometry().bottom()


def hover(widget: QWidget, x: float, y: float) -> str:
    """The tooltip at a place."""
    place = QPoint(int(x), int(y))
    event = QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    return QToolTip.text()


def test_hovering_a_bar_tells_the_exact_value_and_what_a_click_does(view):
    view.show_reading(a_seven())
    bars = bars_of(view)
    place = bars.bar(7).center()
    value, click = hover(bars, place.x(), place.y()).splitlines()
    assert value == "7: 98.4000\u2009%"
    assert click == "Click if this was 7: the network learns it"
    place = bars.bar(1).center()
    assert hover(bars, place.x(), place.y()).startswith("1: 0.6000\u2009%")


# What the network sees


@pytest.mark.parametrize("scale", [0.1, 0.5, 1.0, 6.0])
def test_every_scale_of_a_stage_can_be_shown(view, pixels, scale):
    view.resize(200, 300)
    view.set_scale(scale)
    assert len(np.unique(pixels(view).reshape(-1, 3), axis=0)) > 2


@pytest.fixture
def sees(shown):
    view = SeesView()
    view.resize(430, 116)
    return shown(view)


def an_image() -> np.ndarray:
    image = np.zeros((28, 28), np.uint8)
    image[5, 9] = 255
    image[20, 20:24] = 128
    return image


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_image_is_shown_pixel_by_pixel_as_ink_on_paper(qapp, sees, pixels, look):
    theme.apply(qapp, look)
    sees.show_image(an_image())
    grid = sees.findChild(PixelView)
    image = pixels(grid).astype(int)
    now = theme.current()
    ink, paper = (np.array(each.getRgb()[:3]) for each in (now.ink, now.paper))
    side = grid.width() / 28
    assert side == 3.0
    block = image[15:18, 27:30].reshape(-1, 3)
    assert (block == ink).all()
    assert (image[15:18, 24:27] == paper).all()
    assert np.abs(image[61, 61] - (ink + paper) / 2).max() <= 1.5


def test_no_image_is_an_empty_frame(sees, pixels):
    sees.show_image(an_image())
    sees.show_image(None)
    inside = pixels(sees.findChild(PixelView))[6:-6, 6:-6]
    assert same(inside, theme.current().paper).all()


def test_hovering_a_pixel_tells_its_value(sees):
    sees.show_image(an_image())
    grid = sees.findChild(PixelView)
    assert hover(grid, 9.5 * 3, 5.5 * 3) == "row 5, column 9: 255 of 255"
    assert hover(grid, 20.5 * 3, 20.5 * 3) == "row 20, column 20: 128 of 255"


def test_an_image_of_another_shape_keeps_it(sees, pixels):
    image = np.full((10, 20), 255, np.uint8)
    sees.show_image(image)
    shot = pixels(sees.findChild(PixelView))
    rows = np.flatnonzero(same(shot, theme.current().ink).any(axis=1))
    columns = np.flatnonzero(same(shot, theme.current().ink).any(axis=0))
    assert len(columns) == 2 * len(rows)


def test_the_words_beside_the_image_are_all_there(qapp, sees):
    sees.set_note("28 × 28 pixels: scaled to 20, centred on its mass, pen 2.4 wide")
    qapp.processEvents()
    for label in sees.findChildren(QLabel):
        needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint()
        height = needed if isinstance(needed, int) else needed.height()
        assert label.height() >= height
