"""The relatives of MNIST: what their labels stand for, and how their images lie."""

import re
from dataclasses import dataclass, replace
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .dataset_files import DataFile
from .digits import Digits
from .errors import DataError

# Images that are turned at a time, so that turning takes hardly any memory.
AT_ONCE = 4096

TEN_DIGITS = tuple(digits)
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
KANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
FORTY_NINE_KANA = (
    *("a", "i", "u", "e", "o", "ka", "ki", "ku", "ke", "ko", "sa", "shi", "su", "se", "so"),
    *("ta", "chi", "tsu", "te", "to", "na", "ni", "nu", "ne", "no", "ha", "hi", "fu", "he", "ho"),
    *("ma", "mi", "mu", "me", "mo", "ya", "yu", "yo", "ra", "ri", "ru", "re", "ro"),
    *("wa", "wi", "we", "wo", "n", "iteration mark"),
)

SPLITS = {
    "byclass": (*digits, *ascii_uppercase, *ascii_lowercase),
    # Small letters that look like their capitals are counted as those.
    "bymerge": (*digits, *ascii_uppercase, *"abdefghnqrt"),
    "balanced": (*digits, *ascii_uppercase, *"abdefghnqrt"),
    "letters": tuple(map("".join, zip(ascii_uppercase, ascii_lowercase, strict=True))),
    "digits": TEN_DIGITS,
    "mnist": TEN_DIGITS,
}
"""The splits of EMNIST and what their labels stand for, in order."""

EMNIST_CREDIT = "EMNIST by G. Cohen, S. Afshar, J. Tapson and A. van Schaik, from NIST's forms"


@dataclass(frozen=True)
class Relative:
    """What is known of a data set by its name.

    Attributes
    ----------
    class_names : tuple of str
        What its labels stand for, in order.
    credit : str
        Who made it.
    preparation : str
        How drawings are prepared for a network that learned from it.
    turned : bool
        Whether rows and columns of its images are exchanged in the files.
    first_label : int
        The label of the first class.
    """

    class_names: tuple[str, ...]
    credit: str
    preparation: str = "digit-1"
    turned: bool = False
    first_label: int = 0

    def straightened(self, images: DataFile, labels: DataFile) -> tuple[DataFile, DataFile]:
        """Images that stand upright, turned where they lie if they may, and labels from 0 on.

        Raises
        ------
        DataError
            A label lies before the first one.
        """
        numbers = labels.array
        if self.turned and images.array.ndim == 3:
            images = DataFile(images.name, _turned(images.array))
        if self.first_label and numbers.ndim == 1 and numbers.dtype.kind in "iu":
            early = np.flatnonzero(numbers < self.first_label)
            if len(early):
                raise DataError(
                    f"{labels.name} gives image {early[0]:,} the label {numbers[early[0]]}, and "
                    f"the labels of this data set begin with {self.first_label}: correct it, or "
                    "use another file."
                )
            numbers = numbers - numbers.dtype.type(self.first_label)
        return images, DataFile(labels.name, numbers)

    def named(self, digits: Digits) -> Digits:
        """The data set, with the preparation that its drawings need."""
        return replace(digits, preparation=self.preparation)


def _turned(images: NDArray[Any]) -> NDArray[Any]:
    """Images with rows and columns exchanged; in place where they are square and not read-only."""
    count, height, width = images.shape
    if not images.strides[0]:
        # An outline, which has no pixels.
        return np.broadcast_to(images.dtype.type(0), (count, width, height))
    in_place = height == width and images.flags.writeable
    turned = images if in_place else np.empty((count, width, height), images.dtype)
    for first in range(0, count, AT_ONCE):
        some = images[first : first + AT_ONCE].transpose(0, 2, 1)
        turned[first : first + AT_ONCE] = some.copy() if in_place else some
    return turned


def relative(name: str) -> Relative | None:
    """What is known of a data set by the name of its folder or file; None for strangers."""
    name = name.casefold()
    if split := emnist_split(name):
        names = SPLITS[split]
        return Relative(names, EMNIST_CREDIT, turned=True, first_label=int(split == "letters"))
    if "kmnist" in name:
        return Relative(KANA, "KMNIST by CODH (CC BY-SA 4.0)", "none")
    if re.search(r"\bk49\b", name):
        return Relative(FORTY_NINE_KANA, "Kuzushiji-49 by CODH (CC BY-SA 4.0)", "none")
    if "fashion" in name and "mnist" in name:
        return Relative(CLOTHES, "Fashion-MNIST by Zalando SE (MIT licence)", "none")
    return None


def emnist_split(name: str) -> str:
    """The split of EMNIST that a file belongs to by its name, such as `letters`; or empty."""
    known = re.match(rf"emnist-({'|'.join(SPLITS)})(?![a-z])", name.casefold())
    return known[1] if known else ""
