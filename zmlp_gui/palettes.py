"""The looks of the window, as colours and measures: light, dark, and both in high contrast."""

from dataclasses import dataclass, replace
from typing import Final

from PyQt6.QtGui import QColor


@dataclass(frozen=True)
class Theme:
    """One look: colours by what they are for, and measures in device-independent pixels.

    Attributes
    ----------
    window, card, paper : QColor
        Grounds: behind everything, of the cards, and of the drawing surface.
    border, grid, track : QColor
        Lines around cards and controls, lines of a plot, the empty part of a bar.
    field, control, control_hover : QColor
        Grounds of what is typed into, and of a quiet button that is on or under the pointer.
    text, text_soft, text_off : QColor
        Writing; what explains; what cannot be used now.
    ink : QColor
        The pen's mark on `paper`.
    accent, accent_hover, on_accent : QColor
        The one colour that stands out, and writing upon it.
    good, bad : QColor
        Right and wrong, always beside a sign or a word that says the same.
    curves : tuple of QColor
        Lines of a plot in the order of use, apart from each other for colour-blind people too.
    signs : str
        Which set of the small pictures in `assets/icons` suits it: `light` or `dark`.
    """

    name: str
    signs: str
    window: QColor
    card: QColor
    paper: QColor
    border: QColor
    grid: QColor
    track: QColor
    field: QColor
    control: QColor
    control_hover: QColor
    text: QColor
    text_soft: QColor
    text_off: QColor
    ink: QColor
    accent: QColor
    accent_hover: QColor
    on_accent: QColor
    good: QColor
    bad: QColor
    curves: tuple[QColor, ...]
    unit: int = 8
    radius: int = 10
    control_radius: int = 6
    margin: int = 16
    text_size: int = 13
    small_size: int = 12


def _colours(names: str) -> tuple[QColor, ...]:
    return tuple(QColor(name) for name in names.split())


LIGHT: Final = Theme(
    name="light",
    signs="light",
    window=QColor("#f6f6f4"),
    card=QColor("#ffffff"),
    paper=QColor("#ffffff"),
    border=QColor("#e3e3df"),
    grid=QColor("#eeeeeb"),
    track=QColor("#eeeeeb"),
    field=QColor("#f6f6f4"),
    control=QColor("#ebebe7"),
    control_hover=QColor("#f0f0ed"),
    text=QColor("#1c1e22"),
    text_soft=QColor("#666b74"),
    text_off=QColor("#a3a6ac"),
    ink=QColor("#1c1e22"),
    accent=QColor("#2f62e6"),
    accent_hover=QColor("#2453cb"),
    on_accent=QColor("#ffffff"),
    good=QColor("#1f7a57"),
    bad=QColor("#b4380f"),
    curves=_colours("#2f62e6 #2a8f68 #6d727b #cc7f00 #b56fce #8f1d12 #252c7d #5c1638"),
)

DARK: Final = Theme(
    name="dark",
    signs="dark",
    window=QColor("#15171b"),
    card=QColor("#1c1f25"),
    paper=QColor("#101215"),
    border=QColor("#2b2f38"),
    grid=QColor("#262a32"),
    track=QColor("#262a32"),
    field=QColor("#15171b"),
    control=QColor("#2a2f39"),
    control_hover=QColor("#22262e"),
    text=QColor("#e8eaee"),
    text_soft=QColor("#9aa1ad"),
    text_off=QColor("#5c626d"),
    ink=QColor("#f2f4f7"),
    accent=QColor("#7ba3ff"),
    accent_hover=QColor("#94b4ff"),
    on_accent=QColor("#101215"),
    good=QColor("#7fd1ae"),
    bad=QColor("#ff9a6b"),
    curves=_colours("#7ba3ff #7fd1ae #9aa1ad #f0c548 #d0752a #ab62b2 #d3f2a4 #47895a"),
)

# For those whose desktop asks for high contrast: lines that are hairlines become visible edges, and
# nothing is written in a soft grey.
LIGHT_CONTRAST: Final = replace(
    LIGHT,
    name="light-contrast",
    window=QColor("#ffffff"),
    field=QColor("#ffffff"),
    border=QColor("#55585e"),
    grid=QColor("#c6c8cb"),
    track=QColor("#d6d7da"),
    control=QColor("#dcdde0"),
    control_hover=QColor("#e6e7e9"),
    text=QColor("#000000"),
    text_soft=QColor("#26282c"),
    text_off=QColor("#5e6167"),
    ink=QColor("#000000"),
    accent=QColor("#0b3bb0"),
    accent_hover=QColor("#082c86"),
    good=QColor("#0b5a3c"),
    bad=QColor("#8c2505"),
)
DARK_CONTRAST: Final = replace(
    DARK,
    name="dark-contrast",
    window=QColor("#000000"),
    card=QColor("#000000"),
    paper=QColor("#000000"),
    field=QColor("#000000"),
    border=QColor("#a9aeb7"),
    grid=QColor("#42464e"),
    track=QColor("#383c44"),
    control=QColor("#30343c"),
    control_hover=QColor("#262a31"),
    text=QColor("#ffffff"),
    text_soft=QColor("#dadde2"),
    text_off=QColor("#9399a3"),
    ink=QColor("#ffffff"),
    accent=QColor("#a9c4ff"),
    accent_hover=QColor("#c6d8ff"),
    on_accent=QColor("#000000"),
    good=QColor("#a4ebcd"),
    bad=QColor("#ffb896"),
)
