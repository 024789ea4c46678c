"""Every word on the screen passes through here, so that a translation finds it."""

from PyQt6.QtCore import QCoreApplication


def tr(text: str, **values: object) -> str:
    """The text in the user's language, `{names}` in it filled with `values`.

    Parameters
    ----------
    text : str
        A literal English sentence; translators see it as it stands, names in braces included.
    """
    translated = QCoreApplication.translate("zmlp", text)
    return translated.format(**values) if values else translated
