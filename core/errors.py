"""Errors with a sentence that a user understands; all that core raises on purpose is here."""


class ZmlpError(Exception):
    """Something the user can mend. `str(error)` is one plain sentence: what, where, what to do."""


class SpecError(ZmlpError):
    """A setting, or two that do not suit each other.

    `setting` is the name of the one to change, where its value alone is allowed.
    """

    def __init__(self, sentence: str, setting: str = "") -> None:
        super().__init__(sentence)
        self.setting = setting


class DataError(ZmlpError):
    """A data set or data file that is missing, broken or does not fit."""


class DrawingError(ZmlpError):
    """Ink or a picture that cannot be read as a drawing."""


class ModelError(ZmlpError):
    """A model file that is missing, broken, of another program or of a newer version."""


class RunError(ZmlpError):
    """A run on disk that is not there, is damaged or of a newer version, or cannot go on."""


class SaveError(ZmlpError):
    """A file that could not be written; what stood there before is untouched."""


class CancelledError(ZmlpError):
    """What a person asked for, and then asked to stop."""

    def __init__(self) -> None:
        super().__init__("It was stopped; it goes on where it stopped when it is asked for again.")
