"""Drawing with real events: mouse, tablet and finger leave ink, and every step can be undone."""

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QEventPoint, QPointingDevice
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QHBoxLayout, QWidget

from core.drawing import Drawing, Stroke
from tests.gui.hands import LEFT, MOVE, PRESS, RELEASE, fingers, mouse, pen
from zmlp_gui import theme
from zmlp_gui.canvas import BOX, Canvas


@pytest.fixture
def canvas(shown):
    canvas = Canvas()
    canvas.resize(400, 400)
    return shown(canvas)


def drag(canvas: Canvas, *places: tuple[int, int]) -> None:
    """Press at the first place, move over the others and release at the last."""
    QTest.mousePress(canvas, LEFT, pos=QPoint(*places[0]))
    for place in places[1:]:
        QTest.mouseMove(canvas, QPoint(*place))
    QTest.mouseRelease(canvas, LEFT, pos=QPoint(*places[-1]))


def has_ink(image: np.ndarray, x: float, y: float) -> bool:
    return tuple(image[int(y), int(x)]) == theme.current().ink.getRgb()[:3]


def has_paper(image: np.ndarray, x: float, y: float) -> bool:
    return tuple(image[int(y), int(x)]) == theme.current().paper.getRgb()[:3]


def a_seven() -> Drawing:
    points = np.array([[250, 200], [700, 220], [400, 800]], np.float32)
    return Drawing(BOX, (Stroke(points, 60.0),), label=7, writer="anna")


# Ink


def test_the_mouse_leaves_ink_where_it_went(canvas, pixels):
    drag(canvas, (100, 100), (300, 100), (300, 300))
    image = pixels(canvas)
    assert has_ink(image, 150, 100)
    assert has_ink(image, 300, 250)
    assert has_paper(image, 150, 250)
    (stroke,) = canvas.drawing().strokes
    assert stroke.points.tolist()[0] == [250.0, 250.0]
    assert stroke.points.tolist()[-1] == [750.0, 750.0]


def test_ink_shows_while_the_button_is_still_down(canvas, pixels):
    mouse(canvas, PRESS, 100, 100)
    mouse(canvas, MOVE, 150, 100)
    mouse(canvas, MOVE, 200, 100)
    image = pixels(canvas)
    assert has_ink(image, 120, 100)
    assert has_ink(image, 199, 100)
    assert len(canvas.drawing().strokes[0].points) == 3


def test_a_stroke_has_round_ends_and_the_width_of_the_brush(canvas, pixels):
    canvas.set_brush(100.0)
    drag(canvas, (100, 200), (200, 200), (300, 200))
    image = pixels(canvas)
    column = [has_ink(image, 200, y) for y in range(400)]
    assert 38 <= sum(column) <= 42
    assert has_ink(image, 83, 200)
    assert not has_ink(image, 83, 217)


def test_a_click_is_a_dot(canvas, pixels):
    QTest.mouseClick(canvas, LEFT, pos=QPoint(200, 200))
    image = pixels(canvas)
    assert has_ink(image, 200, 200)
    assert has_ink(image, 208, 200)
    assert len(canvas.drawing().strokes[0].points) == 1


def test_a_double_click_is_two_dots(canvas):
    QTest.mouseClick(canvas, LEFT, pos=QPoint(200, 200))
    QTest.mouseDClick(canvas, LEFT, pos=QPoint(200, 200))
    assert len(canvas.drawing().strokes) >= 2


def test_only_the_left_button_draws(canvas):
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, pos=QPoint(50, 50))
    QTest.mouseMove(canvas, QPoint(90, 90))
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=QPoint(90, 90))
    assert canvas.drawing().is_empty


def test_the_pen_may_leave_the_paper_and_come_back(canvas, pixels):
    drag(canvas, (200, 200), (200, -100), (500, -100), (500, 300), (200, 300))
    (stroke,) = canvas.drawing().strokes
    assert len(stroke.points) == 5
    assert stroke.points[1].tolist() == [500.0, -250.0]
    assert has_ink(pixels(canvas), 350, 300)


def test_ink_that_went_over_the_edge_is_shown_whole_after_a_resize(canvas, pixels):
    drag(canvas, (200, 200), (600, 200), (600, 300), (200, 300))
    canvas.resize(410, 410)
    corner = canvas.to_widget(1500, 500)
    assert canvas.rect().contains(corner.toPoint())
    assert has_ink(pixels(canvas), corner.x() - 5, corner.y())


def test_a_release_that_was_swallowed_ends_the_stroke_at_the_next_move(canvas):
    mouse(canvas, PRESS, 100, 100)
    mouse(canvas, MOVE, 150, 100)
    mouse(canvas, MOVE, 300, 300, held=False)
    mouse(canvas, MOVE, 300, 350, held=False)
    (stroke,) = canvas.drawing().strokes
    assert len(stroke.points) == 2


def test_a_canvas_that_is_hidden_keeps_the_stroke_so_far(canvas):
    mouse(canvas, PRESS, 100, 100)
    mouse(canvas, MOVE, 150, 100)
    canvas.hide()
    mouse(canvas, MOVE, 300, 100)
    assert len(canvas.drawing().strokes[0].points) == 2


def test_points_are_kept_to_a_fraction_of_a_pixel_with_their_times(canvas):
    mouse(canvas, PRESS, 100.25, 100.5, time=5_000)
    mouse(canvas, MOVE, 101.5, 100.5, time=5_008)
    mouse(canvas, RELEASE, 101.5, 100.5, time=5_020)
    mouse(canvas, PRESS, 200, 200, time=6_000)
    mouse(canvas, RELEASE, 200, 200, time=6_010)
    first, second = canvas.drawing().strokes
    np.testing.assert_allclose(first.points[0], [250.625, 251.25])
    np.testing.assert_allclose(first.times, [0.0, 0.008], atol=1e-6)
    np.testing.assert_allclose(second.times, [1.0], atol=1e-6)
    assert first.pressures is None


def test_time_never_runs_backwards(canvas):
    for kind, time in ((PRESS, 9_000), (MOVE, 9_010), (MOVE, 20), (MOVE, 30)):
        mouse(canvas, kind, 100, 100, time)
    times = canvas.drawing().strokes[0].times
    assert np.all(np.diff(times) >= 0)
    assert times[-1] < 1.0


def test_the_drawing_is_the_same_object_until_it_changes(canvas):
    drag(canvas, (100, 100), (200, 100))
    before = canvas.drawing()
    assert canvas.drawing() is before
    mouse(canvas, PRESS, 10, 10)
    assert canvas.drawing() is not before
    assert canvas.drawing().strokes[0] is before.strokes[0]


def test_a_drawing_that_was_handed_out_does_not_change_any_more(canvas):
    mouse(canvas, PRESS, 100, 100)
    for step in range(2_000):
        mouse(canvas, MOVE, 100 + step % 100, 100)
        if step == 10:
            early = canvas.drawing().strokes[0].points
            copy = early.copy()
    assert len(canvas.drawing().strokes[0].points) == 2_001
    np.testing.assert_array_equal(early, copy)


def test_a_loop_is_painted_the_same_while_drawn_and_when_painted_anew(canvas, pixels):
    angles = np.linspace(0, 5, 60)
    ring = [(200 + 120 * np.cos(a), 200 + 120 * np.sin(a)) for a in angles]
    mouse(canvas, PRESS, *ring[0])
    for place in ring[1:]:
        mouse(canvas, MOVE, *place)
    alive = pixels(canvas).astype(int)
    mouse(canvas, RELEASE, *ring[-1])
    finished = pixels(canvas).astype(int)
    assert np.abs(alive - finished).max(axis=2).mean() < 1.0
    assert (np.abs(alive - finished).max(axis=2) > 128).mean() < 0.001


def test_a_hairpin_keeps_its_round_tip(canvas, pixels):
    canvas.set_brush(100.0)
    drag(canvas, (100, 200), (200, 200), (300, 200), (200, 201), (100, 201))
    image = pixels(canvas)
    assert has_ink(image, 316, 200)
    assert not has_ink(image, 326, 200)


# Tablet and touch


def test_the_pressure_of_a_tablets_pen_is_kept(canvas, pixels):
    pen(canvas, QEvent.Type.TabletPress, 100, 100, 0.25)
    pen(canvas, QEvent.Type.TabletMove, 150.5, 100, 0.5)
    pen(canvas, QEvent.Type.TabletMove, 200, 100, 0.75)
    pen(canvas, QEvent.Type.TabletRelease, 200, 100, 0.0)
    (stroke,) = canvas.drawing().strokes
    np.testing.assert_allclose(stroke.pressures, [0.25, 0.5, 0.75])
    assert has_ink(pixels(canvas), 150, 100)


def test_tablet_events_are_accepted_so_that_no_mouse_event_follows(canvas):
    for kind in (QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease):
        assert pen(canvas, kind, 100, 100, 0.5).isAccepted()
    assert len(canvas.drawing().strokes) == 1


def test_the_mouse_does_not_draw_into_the_stroke_of_a_pen(canvas):
    pen(canvas, QEvent.Type.TabletPress, 100, 100, 0.5)
    mouse(canvas, PRESS, 300, 300)
    mouse(canvas, MOVE, 310, 300)
    pen(canvas, QEvent.Type.TabletMove, 150, 100, 0.5)
    mouse(canvas, RELEASE, 310, 300)
    pen(canvas, QEvent.Type.TabletRelease, 150, 100, 0.5)
    (stroke,) = canvas.drawing().strokes
    assert stroke.points.tolist() == [[250.0, 250.0], [375.0, 250.0]]


def test_the_other_end_of_a_pen_erases(canvas):
    drag(canvas, (100, 100), (200, 100), (300, 100))
    other_end = QPointingDevice.PointerType.Eraser
    pen(canvas, QEvent.Type.TabletPress, 200, 50, 0.5, other_end)
    pen(canvas, QEvent.Type.TabletMove, 200, 150, 0.5, other_end)
    pen(canvas, QEvent.Type.TabletRelease, 200, 150, 0.0, other_end)
    assert len(canvas.drawing().strokes) == 2
    assert canvas.tool() == "pen"


def test_a_finger_draws(canvas, pixels):
    fingers(canvas, QEvent.Type.TouchBegin, (0, QEventPoint.State.Pressed, 100, 100))
    fingers(canvas, QEvent.Type.TouchUpdate, (0, QEventPoint.State.Updated, 200, 100))
    fingers(canvas, QEvent.Type.TouchEnd, (0, QEventPoint.State.Released, 200, 100))
    assert canvas.drawing().strokes[0].points.tolist() == [[250.0, 250.0], [500.0, 250.0]]
    assert has_ink(pixels(canvas), 150, 100)


def test_a_touch_that_the_system_took_away_leaves_nothing(canvas, pixels):
    fingers(canvas, QEvent.Type.TouchBegin, (0, QEventPoint.State.Pressed, 100, 100))
    fingers(canvas, QEvent.Type.TouchUpdate, (0, QEventPoint.State.Updated, 200, 100))
    fingers(canvas, QEvent.Type.TouchCancel, (0, QEventPoint.State.Released, 200, 100))
    assert canvas.drawing().is_empty
    assert has_paper(pixels(canvas), 150, 100)


# Size


@pytest.mark.parametrize("size", [(800, 800), (250, 250), (800, 300), (300, 800)])
def test_a_resize_keeps_the_ink_and_its_shape(canvas, pixels, size):
    drag(canvas, (100, 100), (300, 100), (300, 300))
    before = canvas.drawing()
    canvas.resize(*size)
    assert canvas.drawing() is before
    image = pixels(canvas)
    for x, y in ((500, 250), (750, 500)):
        place = canvas.to_widget(x, y)
        assert has_ink(image, place.x(), place.y())
    across = canvas.to_widget(750, 250) - canvas.to_widget(250, 250)
    down = canvas.to_widget(750, 750) - canvas.to_widget(750, 250)
    assert across.x() == pytest.approx(down.y())
    assert across.x() == pytest.approx(min(size) / 2)


def test_a_wide_canvas_has_paper_beside_the_box_that_can_be_drawn_on(canvas, pixels):
    canvas.resize(800, 400)
    drag(canvas, (100, 200), (150, 200), (200, 200))
    assert canvas.drawing().strokes[0].points[0].tolist() == [-250.0, 500.0]
    assert has_ink(pixels(canvas), 150, 200)
    canvas.undo()
    canvas.redo()
    assert has_ink(pixels(canvas), 150, 200)


def test_a_resize_in_the_middle_of_a_stroke_goes_on_where_the_pen_is(canvas, pixels):
    mouse(canvas, PRESS, 100, 200)
    mouse(canvas, MOVE, 200, 200)
    canvas.resize(800, 800)
    mouse(canvas, MOVE, 600, 600)
    mouse(canvas, RELEASE, 600, 600)
    assert canvas.drawing().strokes[0].points.tolist() == [[250, 500], [500, 500], [750, 750]]
    assert has_ink(pixels(canvas), 500, 500)


def test_ink_is_painted_in_the_resolution_of_the_screen(shown, monkeypatch):
    monkeypatch.setattr(Canvas, "devicePixelRatioF", lambda self: 2.0)
    canvas = Canvas()
    canvas.resize(200, 200)
    shown(canvas)
    drag(canvas, (50, 50), (100, 50), (150, 50))
    assert canvas._paper._pixels.width() == 400
    image = canvas._paper._pixels.toImage()
    ink = theme.current().ink
    column = [image.pixelColor(200, y) == ink for y in range(400)]
    assert sum(column) == pytest.approx(canvas.brush() / 1000 * 400, abs=2)


# Undo and redo


def test_undo_and_redo_go_stroke_by_stroke(canvas, pixels):
    drag(canvas, (100, 100), (300, 100))
    drag(canvas, (100, 200), (300, 200))
    drag(canvas, (100, 300), (300, 300))
    canvas.undo()
    canvas.undo()
    image = pixels(canvas)
    assert has_ink(image, 200, 100)
    assert has_paper(image, 200, 200)
    assert has_paper(image, 200, 300)
    canvas.redo()
    image = pixels(canvas)
    assert has_ink(image, 200, 200)
    assert has_paper(image, 200, 300)


def test_a_new_stroke_forgets_what_was_undone(canvas):
    drag(canvas, (100, 100), (300, 100))
    canvas.undo()
    drag(canvas, (100, 200), (300, 200))
    canvas.redo()
    (stroke,) = canvas.drawing().strokes
    assert stroke.points[0].tolist() == [250.0, 500.0]


def test_a_clear_is_undone_in_one_step(canvas, pixels):
    drag(canvas, (100, 100), (300, 100))
    drag(canvas, (100, 200), (300, 200))
    before = canvas.drawing()
    canvas.clear()
    assert canvas.drawing().is_empty
    assert has_paper(pixels(canvas), 200, 100)
    canvas.undo()
    assert canvas.drawing() is before
    assert has_ink(pixels(canvas), 200, 100)


def test_clearing_an_empty_sheet_is_no_step(canvas):
    canvas.clear()
    canvas.clear()
    drag(canvas, (100, 100), (300, 100))
    canvas.undo()
    canvas.undo()
    canvas.redo()
    assert len(canvas.drawing().strokes) == 1


def test_another_drawing_is_one_step_and_comes_back_whole(canvas):
    drag(canvas, (100, 100), (300, 100))
    before, other = canvas.drawing(), a_seven()
    canvas.set_drawing(other)
    assert canvas.drawing() is other
    canvas.undo()
    assert canvas.drawing() is before
    canvas.redo()
    assert canvas.drawing() is other


def test_undo_in_the_middle_of_a_stroke_takes_that_stroke_back(canvas):
    drag(canvas, (100, 100), (300, 100))
    mouse(canvas, PRESS, 100, 200)
    mouse(canvas, MOVE, 200, 200)
    canvas.undo()
    mouse(canvas, MOVE, 300, 200)
    mouse(canvas, RELEASE, 300, 200)
    assert len(canvas.drawing().strokes) == 1


def test_undo_and_redo_are_offered_only_while_there_is_something(canvas):
    offered = []
    canvas.undo_available.connect(lambda on: offered.append(("undo", on)))
    canvas.redo_available.connect(lambda on: offered.append(("redo", on)))
    drag(canvas, (100, 100), (300, 100))
    drag(canvas, (100, 200), (300, 200))
    canvas.undo()
    canvas.undo()
    canvas.undo()
    canvas.redo()
    canvas.redo()
    assert offered == [
        ("undo", True),
        ("redo", True),
        ("undo", False),
        ("undo", True),
        ("redo", False),
    ]


# Signals


def test_every_movement_of_the_pen_is_told_after_it_can_be_read(canvas):
    heard = []
    canvas.stroke_began.connect(lambda: heard.append("began"))
    canvas.stroke_ended.connect(lambda: heard.append("ended"))
    canvas.changed.connect(lambda: heard.append(len(canvas.drawing().strokes[0].points)))
    mouse(canvas, PRESS, 100, 100)
    mouse(canvas, MOVE, 150, 100)
    mouse(canvas, MOVE, 200, 100)
    mouse(canvas, RELEASE, 200, 100)
    assert heard == ["began", 1, 2, 3, "ended"]


def test_a_pointer_that_only_passes_changes_nothing(canvas):
    heard = []
    canvas.changed.connect(lambda: heard.append("changed"))
    mouse(canvas, MOVE, 100, 100, held=False)
    mouse(canvas, MOVE, 150, 100, held=False)
    assert heard == []


def test_strokes_of_a_program_are_those_of_the_mouse(canvas, pixels):
    drag(canvas, (100, 100), (200, 100), (300, 300))
    by_hand, seen = canvas.drawing(), pixels(canvas)
    canvas.clear()
    canvas.begin_stroke(250, 250)
    canvas.extend_stroke(500, 250)
    canvas.extend_stroke(750, 750)
    canvas.end_stroke()
    by_program = canvas.drawing()
    np.testing.assert_array_equal(by_hand.strokes[0].points, by_program.strokes[0].points)
    np.testing.assert_array_equal(seen, pixels(canvas))
    assert by_program.strokes[0].times is None


def test_ink_can_be_drawn_before_the_canvas_was_ever_shown(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.begin_stroke(100, 100, 0.0, 0.5)
    canvas.extend_stroke(200, 200, 0.1, 0.6)
    canvas.end_stroke()
    np.testing.assert_allclose(canvas.drawing().strokes[0].pressures, [0.5, 0.6])


# The eraser


def test_the_eraser_splits_a_stroke_where_it_passes(canvas, pixels):
    drag(canvas, (100, 200), (200, 200), (300, 200))
    canvas.set_tool("eraser")
    drag(canvas, (200, 100), (200, 300))
    left, right = canvas.drawing().strokes
    image = pixels(canvas)
    assert has_ink(image, 120, 200)
    assert has_paper(image, 230, 200) or has_paper(image, 200, 195)
    assert has_ink(image, 290, 200)
    reach = canvas.brush()
    assert left.points[-1].tolist() == pytest.approx([500 - reach, 500], abs=0.1)
    assert right.points[0].tolist() == pytest.approx([500 + reach, 500], abs=0.1)


def test_a_sweep_of_the_eraser_is_one_step(canvas):
    drag(canvas, (100, 200), (300, 200))
    before = canvas.drawing()
    canvas.set_tool("eraser")
    drag(canvas, (150, 100), (150, 300), (250, 300), (250, 100))
    assert len(canvas.drawing().strokes) == 3
    canvas.undo()
    assert canvas.drawing() is before
    canvas.redo()
    assert len(canvas.drawing().strokes) == 3


def test_a_sweep_that_touches_nothing_is_no_step(canvas):
    drag(canvas, (100, 200), (300, 200))
    before = canvas.drawing()
    canvas.set_tool("eraser")
    heard = []
    canvas.changed.connect(lambda: heard.append("changed"))
    drag(canvas, (100, 50), (300, 50))
    assert canvas.drawing() is before
    assert heard == []
    canvas.undo()
    assert canvas.drawing().is_empty


def test_the_eraser_shows_its_circle_under_the_pointer(canvas, pixels):
    canvas.set_tool("eraser")
    canvas.set_brush(200.0)
    mouse(canvas, MOVE, 200, 200, held=False)
    with_circle = pixels(canvas)
    assert not has_paper(with_circle, 240, 200)
    assert has_paper(with_circle, 200, 200)
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert has_paper(pixels(canvas), 240, 200)


def test_the_eraser_leaves_the_same_picture_as_painting_anew(canvas, pixels):
    drag(canvas, (100, 100), (300, 300))
    drag(canvas, (300, 100), (100, 300))
    canvas.set_tool("eraser")
    drag(canvas, (150, 100), (200, 150), (250, 300))
    canvas.set_tool("pen")
    erased = pixels(canvas).astype(int)
    canvas._paper.paint(canvas.drawing())
    assert np.abs(erased - pixels(canvas)).max() < 12


# Drawings from elsewhere


def test_ink_of_another_box_fills_the_canvas(canvas, pixels):
    points = np.array([[0, 0], [250, 250], [500, 500]], np.float32)
    canvas.set_drawing(Drawing((500.0, 500.0), (Stroke(points, 30.0),)))
    assert canvas.to_widget(500, 500) == QPointF(400, 400)
    assert has_ink(pixels(canvas), 300, 300)
    drag(canvas, (100, 300), (200, 300))
    added = canvas.drawing().strokes[1]
    assert added.points[0].tolist() == [125.0, 375.0]
    assert added.width == pytest.approx(canvas.brush() / 2)


def test_an_edited_drawing_is_nobodys_labelled_digit_any_more(canvas):
    canvas.set_drawing(a_seven())
    assert canvas.drawing().label == 7
    drag(canvas, (100, 300), (200, 300))
    assert canvas.drawing().label is None
    assert canvas.drawing().writer is None
    canvas.undo()
    assert canvas.drawing().label == 7


def ring_of_ink() -> np.ndarray:
    """A 0 as MNIST would have it, white on black."""
    y, x = np.mgrid[:28, :28]
    return (255 * np.exp(-(((np.hypot(x - 13.5, y - 13.5) - 7) / 2) ** 2))).astype(np.uint8)


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("inverted", [False, True])
def test_a_digit_of_a_data_set_is_shown_as_ink_on_paper(qapp, canvas, pixels, look, inverted):
    theme.apply(qapp, look)
    picture = 255 - ring_of_ink() if inverted else ring_of_ink()
    canvas.set_drawing(Drawing((28.0, 28.0), picture=picture, label=0))
    image = pixels(canvas).astype(int)
    ink = np.array(theme.current().ink.getRgb()[:3])
    paper = np.array(theme.current().paper.getRgb()[:3])
    on_ring, middle = image[200, 300], image[200, 200]
    assert np.abs(on_ring - ink).max() < 25
    assert np.abs(middle - paper).max() < 25


def test_an_ordinary_picture_is_shown_as_it_is(canvas, pixels):
    picture = np.full((300, 200), 180, np.uint8)
    picture[100:200, 50:150] = 60
    canvas.set_drawing(Drawing((200.0, 300.0), picture=picture))
    image = pixels(canvas)
    assert image[200, 200].tolist() == [60, 60, 60]
    assert image[50, 200].tolist() == [180, 180, 180]
    assert has_paper(image, 30, 200)


def test_the_eraser_takes_ink_from_a_picture(canvas, pixels):
    canvas.set_drawing(Drawing((28.0, 28.0), picture=ring_of_ink(), label=0))
    canvas.set_tool("eraser")
    drag(canvas, (300, 150), (300, 250))
    canvas.set_tool("pen")
    assert canvas.drawing().picture[14, 21] == 0
    assert has_paper(pixels(canvas), 300, 200)
    canvas.undo()
    assert canvas.drawing().picture[14, 21] > 200


# Words, focus and looks


def test_the_hint_goes_when_there_is_something_to_see(canvas, pixels):
    def words():
        strip = pixels(canvas)[370:395, 10:120].astype(int)
        return (np.abs(strip - theme.current().text_soft.getRgb()[:3]).max(axis=2) < 60).sum()

    assert words() > 20
    drag(canvas, (200, 100), (200, 200))
    assert words() == 0
    canvas.clear()
    assert words() > 20


@pytest.mark.parametrize(("good", "colour"), [(True, "good"), (False, "bad")])
def test_a_caption_has_a_sign_in_its_colour_and_goes_with_the_next_stroke(
    canvas, pixels, good, colour
):
    def signs():
        strip = pixels(canvas)[370:395, 10:40].astype(int)
        sign = getattr(theme.current(), colour).getRgb()[:3]
        return (np.abs(strip - sign).max(axis=2) < 40).sum()

    canvas.set_drawing(a_seven())
    canvas.set_caption("This is a 7: read correctly", good)
    assert signs() > 5
    assert canvas.accessibleDescription() == "This is a 7: read correctly"
    drag(canvas, (200, 100), (200, 200))
    assert signs() == 0
    assert "7" not in canvas.accessibleDescription()


def test_ink_turns_light_on_dark_paper(qapp, canvas, pixels):
    drag(canvas, (100, 100), (300, 100))
    theme.apply(qapp, "dark")
    image = pixels(canvas)
    assert theme.current() is theme.DARK
    assert has_ink(image, 200, 100)
    assert has_paper(image, 200, 200)


def test_the_canvas_is_a_card_with_round_corners(shown, pixels):
    window = QWidget()
    canvas = Canvas()
    QHBoxLayout(window).addWidget(canvas)
    shown(window)
    for x in range(0, canvas.width(), 20):
        canvas.begin_stroke(*canvas._paper.to_drawing(QPointF(x, 0)))
        canvas.extend_stroke(*canvas._paper.to_drawing(QPointF(x, canvas.height())))
        canvas.end_stroke()
    image = pixels(canvas)
    assert tuple(image[0, 0]) == theme.LIGHT.window.getRgb()[:3]
    assert tuple(image[-1, -1]) == theme.LIGHT.window.getRgb()[:3]
    assert tuple(image[canvas.height() // 2, 0]) == theme.LIGHT.border.getRgb()[:3]


def test_the_keyboard_sees_the_focus_and_the_mouse_does_not(canvas, pixels):
    accent = theme.current().accent.getRgb()[:3]
    canvas.clearFocus()
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    assert tuple(pixels(canvas)[200, 0]) == accent
    canvas.clearFocus()
    QTest.mouseClick(canvas, LEFT, pos=QPoint(200, 200))
    assert canvas.hasFocus()
    assert tuple(pixels(canvas)[200, 0]) != accent


def test_screen_readers_are_told_what_the_canvas_is(canvas):
    assert canvas.accessibleName()
    assert canvas.accessibleDescription()


def test_a_canvas_that_was_never_shown_takes_another_theme(qtbot, qapp):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    theme.apply(qapp, "dark")
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.PaletteChange))
    assert canvas.drawing().is_empty
