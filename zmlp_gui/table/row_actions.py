"""What may be done with the runs that are selected, in words and keys."""

from zmlp_gui.entry import Entry
from zmlp_gui.words import tr


def row_entries() -> list[Entry]:
    """The actions of the table of runs, in the order of its menu."""
    return [
        Entry(
            "again",
            tr("Same &again"),
            tr("Train the same network on the same data"),
            ("Ctrl+Return",),
        ),
        Entry(
            "go_on",
            tr("&Go on"),
            tr("Go on with a run that was stopped or cut off, where it was"),
            ("Ctrl+G",),
        ),
        Entry(
            "but",
            tr("Same &but …"),
            tr("Take its settings into the panel, to change some of them"),
            ("Ctrl+E",),
        ),
        Entry(
            "command",
            tr("&Copy as command line"),
            tr("Copy the line that repeats the run in a terminal"),
            ("Ctrl+C",),
        ),
        Entry(
            "network",
            tr("Use its &network"),
            tr("Read drawings with what it learned"),
            ("Return",),
        ),
        Entry(
            "rename", tr("&Rename"), tr("Give the run another name"), ("F2",), starts_section=True
        ),
        Entry("hide", tr("&Hide"), tr("Take the curve out of the plot"), ("Ctrl+H",)),
        Entry("show", tr("&Show"), tr("Put the curve into the plot"), ("Ctrl+Shift+H",)),
        Entry(
            "remove",
            tr("Re&move…"),
            tr("Forget the run for good"),
            ("Delete",),
            starts_section=True,
        ),
    ]
