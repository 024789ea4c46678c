"""What a command prints for people: confusion, by column where there is room, else by name."""

from io import StringIO

from rich.console import Console

from core.report import confusion_table


def printed(confusion: list[list[int]], names: tuple[str, ...], width: int = 80) -> list[str]:
    out = StringIO()
    console = Console(file=out, width=width, highlight=False)
    console.print(confusion_table(confusion, names, width))
    return [line.strip() for line in out.getvalue().splitlines()]


def test_a_column_for_each_answer_where_there_is_room():
    lines = printed([[5, 0], [2, 3]], ("cat", "dog"))
    assert lines[1].split() == ["right", "cat", "dog"]
    assert lines[2].split() == ["cat", "5", "·"]


def test_of_many_classes_the_most_frequent_mistakes_are_named():
    names = tuple(f"class {index}" for index in range(100))
    confusion = [[9 * (row == column) for column in range(100)] for row in range(100)]
    confusion[1][:6] = [1, 9, 4, 3, 2, 0]
    lines = printed(confusion, names)
    assert lines[0].split() == ["right", "read", "of", "taken", "for"]
    assert lines[2] == "class 1      9  19  class 2 4, class 3 3, class 4 2, …"
    assert max(map(len, lines)) <= 80


def test_names_are_taken_literally():
    assert "[bold]" in printed([[1, 0], [0, 1]], ("[bold]", "b"))[1]
    assert printed([[1, 0], [0, 1]], ("[bold]", "b" * 60))[1].startswith("[bold]")
