"""Drawing with keys alone: arrows move a pen that can be seen, Space puts it down and lifts it."""

from time import sleep

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from core import networks
from core.reader import Reader
from zmlp_gui import theme
from zmlp_gui.canvas import Canvas
from zmlp_gui.ink.key_motion import FINE_STEP, KeyMotion

Key = Qt.Key
LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
SIDE = 400


@pytest.fixture
def canvas(shown):
    canvas = Canvas()
    canvas.resize(SIDE, SIDE)
    shown(canvas).setFocus()
    return canvas


def hold(canvas: Canvas, keys: list[Key], milliseconds: int) -> None:
    """Hold keys down together, then wait until the pen has come to rest."""
    for key in keys:
        QTest.keyPress(canvas, key)
    QTest.qWait(milliseconds)
    for key in keys:
        QTest.keyRelease(canvas, key)
    rest(canvas)


def rest(canvas: Canvas) -> None:
    for _ in range(200):
        if not canvas.keys._timer.isActive():
            return
        QTest.qWait(10)
    raise AssertionError("the pen did not come to rest")


def tap(canvas: Canvas, key: Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    QTest.keyClick(canvas, key, modifier or Qt.KeyboardModifier.NoModifier)
    rest(canvas)


def at(canvas: Canvas) -> tuple[float, float]:
    return canvas.keys.position.x(), canvas.keys.position.y()


def accents(canvas: Canvas, pixels) -> int:
    """How many pixels have the colour of the keys' cross."""
    colour = np.array(theme.current().accent.getRgb()[:3])
    inside = pixels(canvas)[4:-4, 4:-4].astype(int)
    return int((np.abs(inside - colour).max(axis=2) < 30).sum())


# The way of the pen, without a clock


def moved(motion: KeyMotion, seconds: float, fine: bool = False) -> None:
    for _ in range(round(seconds / 0.008)):
        motion.advance(0.008, fine)


@pytest.fixture
def motion():
    motion = KeyMotion()
    motion.set_room(SIDE, SIDE)
    motion.put(200, 200)
    return motion


def test_a_tap_is_a_step_of_the_same_length_however_short(motion):
    ways = []
    for seconds in (0.01, 0.05, 0.15):
        before = motion.x
        motion.press((1, 0), fine=False)
        moved(motion, seconds)
        motion.release((1, 0))
        moved(motion, 1.0)
        ways.append(motion.x - before)
    np.testing.assert_allclose(ways, 0.02 * SIDE, atol=1e-6)
    assert motion.y == 200


def test_a_tap_with_shift_is_one_pixel(motion):
    motion.press((0, -1), fine=True)
    motion.release((0, -1))
    moved(motion, 1.0, fine=True)
    assert (motion.x, motion.y) == pytest.approx((200, 200 - FINE_STEP))


def test_holding_gathers_speed_and_two_arrows_go_diagonally_at_the_same_speed(motion):
    motion.put(12, 12)
    places = [(motion.x, motion.y)]
    motion.press((1, 0), fine=False)
    motion.press((0, 1), fine=False)
    for _ in range(4):
        moved(motion, 0.2)
        places.append((motion.x, motion.y))
    steps = np.diff(np.array(places), axis=0)
    np.testing.assert_allclose(steps[:, 0], steps[:, 1])
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    assert lengths[1] < lengths[2] < lengths[3]
    straight = KeyMotion()
    straight.set_room(SIDE, SIDE)
    straight.put(12, 12)
    straight.press((1, 0), fine=False)
    moved(straight, 0.8)
    way = np.hypot(motion.x - 12, motion.y - 12)
    assert way == pytest.approx(straight.x - 12, abs=0.02 * SIDE)


def test_opposite_arrows_hold_the_pen(motion):
    motion.press((1, 0), fine=False)
    motion.press((-1, 0), fine=False)
    moved(motion, 1.0)
    assert motion.x == pytest.approx(200, abs=1e-3)


def test_the_pen_stays_on_the_paper_where_it_can_be_seen(motion):
    motion.press((-1, 0), fine=False)
    moved(motion, 5.0)
    assert 0 < motion.x < 20
    motion.set_room(100, 100)
    assert motion.y < 100


def test_a_turn_comes_out_round(motion):
    motion.press((1, 0), fine=False)
    moved(motion, 0.6)
    motion.release((1, 0))
    motion.press((0, 1), fine=False)
    angles, before = [], (motion.x, motion.y)
    for _ in range(30):
        motion.advance(0.008, False)
        angles.append(np.arctan2(motion.y - before[1], motion.x - before[0]))
        before = motion.x, motion.y
    turns = np.diff(np.degrees(angles))
    assert angles[-1] > np.radians(80)
    assert turns.max() < 30


# With real keys


def test_arrows_move_a_cross_that_can_be_seen_and_leave_no_ink(canvas, pixels):
    assert accents(canvas, pixels) == 0
    tap(canvas, Key.Key_Right)
    assert at(canvas) == pytest.approx((208, 200), abs=0.1)
    assert accents(canvas, pixels) > 40
    assert canvas.drawing().is_empty


def test_the_first_space_begins_a_stroke_and_the_second_ends_it(canvas):
    tap(canvas, Key.Key_Space)
    hold(canvas, [Key.Key_Right], 400)
    tap(canvas, Key.Key_Space)
    tap(canvas, Key.Key_Down)
    (stroke,) = canvas.drawing().strokes
    xs, ys = stroke.points.T
    assert xs[0] == pytest.approx(500)
    assert xs[-1] > 550
    assert np.ptp(ys) < 1e-3
    assert np.all(np.diff(xs) >= 0)
    canvas.undo()
    assert canvas.drawing().is_empty


def test_the_stroke_of_keys_is_smooth_and_has_the_times_at_which_it_was_drawn(canvas):
    tap(canvas, Key.Key_Space)
    hold(canvas, [Key.Key_Right, Key.Key_Down], 600)
    tap(canvas, Key.Key_Space)
    (stroke,) = canvas.drawing().strokes
    assert stroke.times is not None
    assert 0.5 < stroke.times[-1] - stroke.times[0] < 2.5
    assert np.all(np.diff(stroke.times) >= 0)
    steps = np.hypot(*np.diff(stroke.points, axis=0).T)
    assert len(steps) > 20
    # No longer than a small part of the paper, however late a timer was.
    assert steps.max() < 60


def test_a_program_that_hangs_does_not_throw_the_pen_across_the_paper(canvas):
    QTest.keyPress(canvas, Key.Key_Left)
    QTest.qWait(250)
    before = at(canvas)[0]
    sleep(0.4)
    QTest.qWait(1)
    QTest.keyRelease(canvas, Key.Key_Left)
    assert before - at(canvas)[0] < 40


def test_escape_lifts_the_pen_and_is_left_to_others_otherwise(canvas):
    tap(canvas, Key.Key_Space)
    tap(canvas, Key.Key_Right)
    assert canvas.keys.is_down
    tap(canvas, Key.Key_Escape)
    assert not canvas.keys.is_down
    assert len(canvas.drawing().strokes) == 1


def test_lifting_in_the_middle_of_a_step_ends_where_the_keys_had_sent_the_pen(canvas):
    tap(canvas, Key.Key_Space)
    QTest.keyClick(canvas, Key.Key_Right)
    QTest.keyClick(canvas, Key.Key_Space)
    assert canvas.drawing().strokes[0].points[-1].tolist() == pytest.approx([520.0, 500.0])


def test_a_stroke_ends_when_the_focus_leaves(shown, pixels):
    page = QWidget()
    row = QHBoxLayout(page)
    canvas, field = Canvas(), QLineEdit()
    row.addWidget(canvas)
    row.addWidget(field)
    shown(page)
    canvas.setFocus()
    QTest.keyClick(canvas, Key.Key_Space)
    QTest.keyPress(canvas, Key.Key_Right)
    QTest.keyClick(canvas, Key.Key_Tab)
    assert field.hasFocus()
    before = at(canvas)
    QTest.qWait(60)
    assert at(canvas) == before
    assert not canvas.keys.is_down
    assert accents(canvas, pixels) == 0
    assert len(canvas.drawing().strokes) == 1


def test_keys_erase_with_the_eraser(canvas):
    QTest.mousePress(canvas, LEFT, pos=QPoint(100, 200))
    for x in (150, 200, 250, 300):
        QTest.mouseMove(canvas, QPoint(x, 200))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(200, 200))
    canvas.set_tool("eraser")
    QTest.mouseMove(canvas, QPoint(200, 170))
    tap(canvas, Key.Key_Space)
    hold(canvas, [Key.Key_Down], 500)
    tap(canvas, Key.Key_Space)
    assert len(canvas.drawing().strokes) == 2
    canvas.undo()
    assert len(canvas.drawing().strokes) == 1


def test_keys_go_on_from_where_the_pointer_is(canvas):
    QTest.mouseMove(canvas, QPoint(300, 100))
    tap(canvas, Key.Key_Right)
    assert at(canvas) == pytest.approx((308, 100), abs=0.1)


def test_a_mouse_that_is_nudged_does_not_disturb_the_keys_but_a_press_takes_over(canvas):
    tap(canvas, Key.Key_Space)
    tap(canvas, Key.Key_Right)
    QTest.mouseMove(canvas, QPoint(50, 50))
    tap(canvas, Key.Key_Right)
    assert canvas.keys.is_down
    assert canvas.drawing().strokes[0].points[:, 0].max() < 600
    QTest.mouseClick(canvas, LEFT, pos=QPoint(50, 50))
    assert not canvas.keys.is_down
    assert len(canvas.drawing().strokes) == 2


def test_undo_lifts_the_pen_and_takes_its_stroke(canvas):
    tap(canvas, Key.Key_Space)
    tap(canvas, Key.Key_Right)
    canvas.undo()
    assert not canvas.keys.is_down
    tap(canvas, Key.Key_Right)
    assert canvas.drawing().is_empty


def test_a_pen_that_is_down_is_lifted_by_a_resize(canvas):
    tap(canvas, Key.Key_Space)
    tap(canvas, Key.Key_Right)
    canvas.resize(300, 300)
    assert not canvas.keys.is_down
    assert len(canvas.drawing().strokes) == 1


def test_shift_makes_small_steps(canvas):
    tap(canvas, Key.Key_Right, SHIFT)
    assert at(canvas) == pytest.approx((201, 200), abs=0.1)


def test_the_keypad_has_diagonals(canvas):
    tap(canvas, Key.Key_PageUp)
    assert at(canvas) == pytest.approx((208, 192), abs=0.1)


def test_keys_with_ctrl_or_alt_are_not_for_the_pen(canvas):
    for modifier in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier):
        tap(canvas, Key.Key_Right, modifier)
        tap(canvas, Key.Key_Space, modifier)
    assert not canvas.keys.is_shown
    assert canvas.drawing().is_empty


def test_the_keys_of_the_pen_reach_it_though_a_shortcut_wants_them_too(canvas):
    asked: list[str] = []
    for key in ("Space", "Left", "Escape"):
        QShortcut(QKeySequence(key), canvas, lambda key=key: asked.append(key))
    tap(canvas, Key.Key_Escape)
    assert asked == ["Escape"]
    tap(canvas, Key.Key_Space)
    tap(canvas, Key.Key_Left)
    tap(canvas, Key.Key_Escape)
    assert asked == ["Escape"]
    assert len(canvas.drawing().strokes) == 1


def test_screen_readers_are_told_what_the_keys_do(canvas):
    said = [canvas.accessibleDescription()]
    for key in (Key.Key_Right, Key.Key_Space, Key.Key_Space):
        tap(canvas, key)
        said.append(canvas.accessibleDescription())
    canvas.set_tool("eraser")
    said.append(canvas.accessibleDescription())
    assert "arrow keys" in said[0]
    assert "is up" in said[1]
    assert "is down" in said[2]
    assert said[3] == said[1]
    assert "eraser is up" in said[4]


def test_the_keyboards_focus_shows_the_cross_at_once(shown, pixels):
    page = QWidget()
    row = QHBoxLayout(page)
    canvas, field = Canvas(), QLineEdit()
    row.addWidget(field)
    row.addWidget(canvas)
    shown(page)
    field.setFocus()
    QTest.keyClick(field, Key.Key_Tab)
    assert canvas.hasFocus()
    assert accents(canvas, pixels) > 20


def test_a_digit_that_keys_draw_is_read(canvas):
    """A 7: along the top, then down to the left."""
    hold(canvas, [Key.Key_Left, Key.Key_Up], 700)
    tap(canvas, Key.Key_Space)
    hold(canvas, [Key.Key_Right], 800)
    hold(canvas, [Key.Key_Down], 500)
    hold(canvas, [Key.Key_Left, Key.Key_Down], 500)
    hold(canvas, [Key.Key_Down], 600)
    tap(canvas, Key.Key_Space)
    reading = Reader(networks.find(networks.BEST_ON_DRAWINGS)).read(canvas.drawing())
    assert reading is not None
    assert reading.name == "7"
