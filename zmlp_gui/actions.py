"""The one table of actions: their words, shortcuts, icons and menus."""

from zmlp_gui.entry import Entry
from zmlp_gui.words import tr


def menus() -> list[tuple[str, list[Entry]]]:
    """All menus with their actions, in the user's language."""
    return [
        (tr("&File"), _file()),
        (tr("&Edit"), _edit()),
        (tr("&Train"), _train()),
        (tr("&View"), _view()),
        (tr("&Help"), _help()),
    ]


def _file() -> list[Entry]:
    return [
        Entry("open", tr("&Open…"), tr("Open a picture, ink or a network"), ("Ctrl+O",), "open"),
        Entry(
            "recent",
            tr("Open &recent"),
            tr("Open one of the files that were used last"),
            ("Ctrl+Alt+O",),
        ),
        Entry(
            "get_data",
            tr("&Get data"),
            tr("Load a data set from the web"),
            ("Ctrl+G",),
        ),
        Entry(
            "open_data",
            tr("Open &data…"),
            tr("Learn from a file of images: npz, CSV or QuickDraw's ndjson"),
            ("Ctrl+D",),
        ),
        Entry(
            "save_drawing",
            tr("&Save drawing…"),
            tr("Save the drawing as ink, stroke by stroke"),
            ("Ctrl+S",),
        ),
        Entry(
            "save_network",
            tr("Save &network…"),
            tr("Save the network that reads, with its weights of now"),
            ("Ctrl+Shift+S",),
            starts_section=True,
        ),
        Entry(
            "export_network",
            tr("E&xport network…"),
            tr("Write the network for other programs: ONNX, PyTorch or NumPy"),
            ("Ctrl+Shift+E",),
        ),
        Entry(
            "export_curves",
            tr("&Export curves…"),
            tr("Save the curves as PNG or SVG picture, or as CSV numbers"),
            ("Ctrl+E",),
        ),
        Entry(
            "networks_folder",
            tr("Show networks &folder"),
            tr("Every trained network is kept in this folder"),
            ("Ctrl+Shift+O",),
        ),
        Entry("quit", tr("&Quit"), tr("Leave; nothing is lost"), ("Ctrl+Q",), starts_section=True),
    ]


def _edit() -> list[Entry]:
    return [
        Entry(
            "undo", tr("&Undo"), tr("Take back the last stroke"), ("Ctrl+Z", "Backspace"), "undo"
        ),
        Entry(
            "redo", tr("&Redo"), tr("Do again what was undone"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"
        ),
        Entry("clear", tr("&Clear"), tr("Take an empty sheet"), ("Delete", "C"), "clear"),
        Entry(
            "paste",
            tr("P&aste"),
            tr("Take a picture, ink or a file from the clipboard"),
            ("Ctrl+V",),
            starts_section=True,
        ),
        Entry(
            "copy_drawing",
            tr("Cop&y drawing"),
            tr("Copy the drawing as a picture and as ink"),
            ("Ctrl+C",),
        ),
        Entry(
            "copy_image",
            tr("Copy what the network &sees"),
            tr("Copy the pixels that the network sees, enlarged"),
            ("Ctrl+Shift+C",),
        ),
        Entry(
            "copy_answer",
            tr("Copy the &bars"),
            tr("Copy the answer as a table"),
            ("Ctrl+Alt+B",),
        ),
        Entry(
            "copy_curves",
            tr("Copy cur&ves"),
            tr("Copy the curves as picture and numbers"),
            ("Ctrl+Alt+C",),
        ),
        Entry(
            "correct",
            tr("&That was…"),
            tr("Say what the drawing was, and the network learns it; or press the digit's key"),
            ("F2",),
            starts_section=True,
        ),
        Entry(
            "undo_lesson",
            tr("Undo &lesson"),
            tr("Take back what was taught last: network and set are as before"),
            ("Ctrl+U",),
        ),
        Entry("pen", tr("&Pen"), tr("Draw"), ("P",), "pen", group="tool", starts_section=True),
        Entry("eraser", tr("&Eraser"), tr("Take ink away"), ("E",), "eraser", group="tool"),
        Entry("thicker", tr("Thic&ker brush"), tr("Draw with a wider pen"), ("]", "+")),
        Entry("thinner", tr("Thi&nner brush"), tr("Draw with a narrower pen"), ("[", "-")),
        Entry(
            "random",
            tr("Ran&dom digit"),
            tr("Show a digit that the network has never seen"),
            ("R", "N"),
            "dice",
            starts_section=True,
        ),
    ]


def _train() -> list[Entry]:
    return [
        Entry("train", tr("&Train"), tr("Train a new network"), ("F5", "Ctrl+T"), "play"),
        Entry(
            "continue",
            tr("&Continue"),
            tr("Train the present network on"),
            ("Ctrl+Shift+T",),
        ),
        Entry("pause", tr("&Pause or resume"), tr("Hold the run, or go on"), ("F6",), "pause"),
        Entry("step", tr("&Step"), tr("Learn one minibatch and hold"), ("F7",), "step"),
        Entry("stop", tr("St&op"), tr("End the run; what it learned is kept"), ("F8",), "stop"),
        Entry(
            "find_rate",
            tr("Find learning &rate…"),
            tr("Search for a learning rate that suits the settings"),
            ("Ctrl+F",),
        ),
        Entry(
            "pace_slow",
            tr("Slow &motion"),
            tr("Two minibatches a second"),
            ("Ctrl+1",),
            group="pace",
            starts_section=True,
        ),
        Entry(
            "pace_watch",
            tr("&Watch"),
            tr("A run lasts about ten seconds"),
            ("Ctrl+2",),
            group="pace",
        ),
        Entry("pace_full", tr("&Full speed"), tr("As fast as it goes"), ("Ctrl+3",), group="pace"),
        Entry(
            "back",
            tr("Previous &network"),
            tr("Read with the network before this one"),
            ("Ctrl+B",),
            starts_section=True,
        ),
    ]


def _view() -> list[Entry]:
    return [
        Entry(
            "runs",
            tr("R&uns…"),
            tr("All runs in a table: compare, name, hide and repeat them"),
            ("Ctrl+R",),
        ),
        Entry(
            "stress",
            tr("Where the reading &breaks"),
            tr("Turn, move, shrink and thicken the drawing, and see where its reading breaks"),
            ("Ctrl+M",),
        ),
        Entry(
            "accuracy", tr("&Accuracy"), tr("Show the curves of accuracy"), ("A",), group="curve"
        ),
        Entry("loss", tr("&Loss"), tr("Show the curves of loss"), ("L",), group="curve"),
        Entry(
            "curve_log",
            tr("Loga&rithmic loss"),
            tr("Show the loss on an axis of powers of ten, or not"),
            ("G",),
        ),
        Entry(
            "over_epochs",
            tr("Curves over &epochs"),
            tr("Draw the curves over epochs"),
            ("Alt+1",),
            group="axis",
            starts_section=True,
        ),
        Entry(
            "over_minibatches",
            tr("Curves over &minibatches"),
            tr("Draw the curves over minibatches"),
            ("Alt+2",),
            group="axis",
        ),
        Entry(
            "over_digits",
            tr("Curves &over digits"),
            tr("Draw the curves over the training digits learned from"),
            ("Alt+3",),
            group="axis",
        ),
        Entry(
            "over_seconds",
            tr("Cur&ves over seconds"),
            tr("Draw the curves over the time spent on training"),
            ("Alt+4",),
            group="axis",
        ),
        Entry(
            "smoothing_off",
            tr("&No smoothing"),
            tr("Draw the curves as they are"),
            ("Alt+5",),
            group="smoothing",
            starts_section=True,
        ),
        Entry(
            "smoothing_light",
            tr("Sligh&t smoothing"),
            tr("Smooth the curves a little; the figures stay behind them"),
            ("Alt+6",),
            group="smoothing",
        ),
        Entry(
            "smoothing_strong",
            tr("Strong smoothin&g"),
            tr("Smooth the curves much; the figures stay behind them"),
            ("Alt+7",),
            group="smoothing",
        ),
        Entry(
            "theme_system",
            tr("Like the &system"),
            tr("Light or dark as the desktop is"),
            ("Ctrl+4",),
            group="theme",
            starts_section=True,
        ),
        Entry("theme_light", tr("L&ight"), tr("Dark on light"), ("Ctrl+5",), group="theme"),
        Entry("theme_dark", tr("&Dark"), tr("Light on dark"), ("Ctrl+6",), group="theme"),
        Entry(
            "presenter",
            tr("&Presenter"),
            tr("Fill the screen, for a lecture hall; Esc comes back"),
            ("F11",),
            starts_section=True,
        ),
        Entry(
            "left_handed",
            tr("Left-&handed"),
            tr("Draw on the right, where a left hand covers nothing"),
            ("Ctrl+H",),
            checkable=True,
            starts_section=True,
        ),
    ]


def _help() -> list[Entry]:
    return [
        Entry("keys", tr("&Shortcuts"), tr("All keys at a glance"), ("F1",)),
        Entry(
            "story",
            tr("The &journal's story"),
            tr("How the network came to be, in five networks to run"),
            ("Ctrl+J",),
        ),
        Entry("log", tr("Show &log file"), tr("What the program wrote about errors"), ("Ctrl+L",)),
        Entry(
            "about",
            tr("&About zmlp"),
            tr("Version, licence and credits"),
            ("Shift+F1",),
            starts_section=True,
        ),
    ]


def stage() -> list[Entry]:
    """The actions of presenter mode: in no menu, and asleep where the window is no stage."""
    return [
        Entry("stage_train", tr("Train the next network"), tr("The journal's, in turn"), ("J",)),
        Entry("stage_race", tr("Race the next one against it"), tr("Two curves at a time"), ("K",)),
        Entry("stage_pause", tr("Pause or go on"), tr("Hold the run on the stage"), ("Space",)),
        Entry("stage_theme", tr("Light or dark"), tr("The other theme for now"), ("T",)),
        Entry("stage_keys", tr("These keys"), tr("Show the keys of presenter mode"), ("H", "?")),
        Entry("stage_leave", tr("Leave"), tr("Have the window as it was"), ("Esc",)),
    ]
