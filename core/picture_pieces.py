"""The connected pieces of ink in a picture, and pictures of some of them alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .identity_cache import remembered_by_identity
from .picture_ink import PicturePaper, find_ink, find_paper, shrink
from .picture_paper import depth_of, strongest
from .raster import Box
from .splitting import Part
from .stroke_width import Mask

DETAIL = 400
"""Pixels on the longer side of the ink when its pieces are told apart."""
FEWEST_PIXELS = 40
"""Smaller pictures are of a single digit, as those of MNIST are."""
INK_FROM = 0.3
"""Ink is darker than this part of the darkest."""
SMALLEST_PIECE = 0.02
"""Pieces with less ink than this part of the largest one's are specks."""
EDGE = 2
"""Cells around a piece that its soft edges may take."""
MARGIN = 0.3
"""Paper around what is cut out, as a part of its longer side."""
MOST_POINTS = 150
"""So many points of a piece stand for it when distances are measured."""


@dataclass(frozen=True, eq=False)
class PicturePieces:
    """The pieces of ink of a picture.

    Attributes
    ----------
    picture : (h, w) uint8
    paper : PicturePaper
    names : (rows, columns) intp
        The piece that each cell of the ink's box belongs to, from 1 on, or 0 for paper; specks
        have numbers beyond the last piece.
    ink : (rows, columns) bool
        Cells with ink; pieces take a cell more around it.
    box : tuple of float
        The ink's box in the picture's pixels.
    step : int
        Pixels to a side of a cell.
    parts : tuple of Part
        A part for each piece, in the picture's pixels.
    """

    picture: NDArray[np.uint8]
    paper: PicturePaper
    names: NDArray[np.intp]
    ink: Mask
    box: Box
    step: int
    parts: tuple[Part, ...]

    def alone(self, pieces: Collection[int], box: Box) -> tuple[NDArray[np.uint8], Box]:
        """A picture of some pieces, by their places in `parts`, without the others.

        Parameters
        ----------
        pieces : collection of int
        box : tuple of float
            What has to be in the picture, in pixels; it gets a margin.

        Returns
        -------
        picture : (h, w) uint8
        box : tuple of int
            What it shows of the whole picture, in pixels.
        """
        height, width = self.picture.shape
        edge = MARGIN * max(box[2] - box[0], box[3] - box[1])
        left, top = max(int(box[0] - edge), 0), max(int(box[1] - edge), 0)
        right, bottom = min(int(box[2] + edge) + 1, width), min(int(box[3] + edge) + 1, height)
        shown = (left, top, right, bottom)
        others = ~np.isin(self.names, [0, *(piece + 1 for piece in pieces)])
        hidden = self._on_picture(_thicker(others, EDGE), shown)
        # What is kept stays whole beside others that nearly touch it.
        own = np.isin(self.names, [piece + 1 for piece in pieces])
        hidden &= ~self._on_picture(_thicker(own, EDGE) & ~others, shown)
        cut = self.picture[top:bottom, left:right].copy()
        bare = self.paper.within(shown, cut.shape)
        cut[hidden] = bare[hidden]
        return cut, shown

    def with_pieces(self, masks: Sequence[Mask]) -> "PicturePieces":
        """The same with some cells as pieces of their own, the last of `parts`.

        Parameters
        ----------
        masks : sequence of (rows, columns) bool
            Cells of pieces that there are; those keep the rest.
        """
        count = len(self.parts)
        names = np.where(self.names > count, self.names + len(masks), self.names)
        for place, mask in enumerate(masks, count + 1):
            names[mask] = place
        corner = (int(self.box[0]), int(self.box[1]))
        own = [_part(mask, corner, self.step) for mask in masks]
        return replace(self, names=names, parts=(*self.parts, *own))

    def _on_picture(self, cells: Mask, shown: Box) -> Mask:
        """The pixels in a part of the picture that lie in some cells."""
        left, top, right, bottom = (int(side) for side in shown)
        x = (np.arange(left, right) - int(self.box[0])) // self.step
        y = (np.arange(top, bottom) - int(self.box[1])) // self.step
        rows, columns = cells.shape
        inside = ((y >= 0) & (y < rows))[:, np.newaxis] & (x >= 0) & (x < columns)
        found = cells[y.clip(0, rows - 1)[:, np.newaxis], x.clip(0, columns - 1)]
        return np.asarray(found & inside)


@lru_cache(maxsize=16)
def cut_out(
    whole: PicturePieces, pieces: tuple[int, ...], box: Box
) -> tuple[NDArray[np.uint8], Box]:
    """As `PicturePieces.alone`; the same picture again while it is remembered."""
    return whole.alone(pieces, box)


@remembered_by_identity(most=4)
def pieces_of(picture: NDArray[np.uint8]) -> PicturePieces | None:
    """The pieces as `find_pieces` finds them; of the latest pictures they are remembered."""
    return find_pieces(picture)


def find_pieces(picture: NDArray[np.uint8]) -> PicturePieces | None:
    """The connected pieces of ink in a picture, the largest first.

    Parameters
    ----------
    picture : (h, w) uint8

    Returns
    -------
    PicturePieces or None
        None where there is no ink, or the picture is so small that it is of a single digit.
    """
    if max(picture.shape) < FEWEST_PIXELS:
        return None
    found = find_ink(picture)
    if found is None:
        return None
    left, top, right, bottom = (int(side) for side in found.box)
    step = -(-max(right - left, bottom - top) // DETAIL)
    paper = find_paper(picture)
    ink = _ink(picture[top:bottom, left:right], paper, found.box, step)
    # A line of a thin pen has faint places: what is next but one is connected.
    names, count = connected(_thicker(ink, 1))
    sizes = np.bincount(names.ravel(), minlength=count + 1)[1:]
    # The largest piece has the number 1.
    order = np.argsort(-sizes, kind="stable")
    renamed = np.zeros(count + 1, np.intp)
    renamed[order + 1] = np.arange(1, count + 1)
    names = renamed[names]
    kept = int((sizes > SMALLEST_PIECE * sizes.max()).sum())
    parts = tuple(_part(names == name, (left, top), step) for name in range(1, kept + 1))
    return PicturePieces(picture, paper, names, ink, (left, top, right, bottom), step, parts)


def _ink(cut: NDArray[np.uint8], paper: PicturePaper, box: Box, step: int) -> Mask:
    view = shrink(cut, step)
    bare = paper.within(box, view.shape).astype(np.float32) / np.float32(255)
    if paper.is_dark:
        view, bare = 1 - view, 1 - bare
    depth = depth_of(view, bare)
    return np.asarray(depth > INK_FROM * max(strongest(depth, 0.01), float(depth.max()) / 2))


def connected(mask: Mask) -> tuple[NDArray[np.intp], int]:
    """Number the connected pieces of a mask, neighbours across corners included.

    Runs along the rows are joined with those of the row above that they touch (Rosenfeld &
    Pfaltz 1966).

    Returns
    -------
    names : array of intp, as the mask
        From 1 on; 0 outside the mask.
    count : int
    """
    rows, columns = mask.shape
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    root = list(range(len(starts)))

    def find(run: int) -> int:
        while root[run] != run:
            root[run] = root[root[run]]
            run = root[run]
        return run

    lines, firsts, lasts = starts[:, 0].tolist(), starts[:, 1].tolist(), ends[:, 1].tolist()
    above = 0
    for run, line in enumerate(lines):
        while lines[above] < line - 1 or (lines[above] == line - 1 and lasts[above] < firsts[run]):
            above += 1
        other = above
        while lines[other] == line - 1 and firsts[other] <= lasts[run]:
            root[find(other)] = find(run)
            other += 1
    numbers: dict[int, int] = {}
    own = [numbers.setdefault(find(run), len(numbers) + 1) for run in range(len(root))]
    # A row of run numbers: up at each start, back down at each end.
    steps = np.zeros((rows, columns + 1), np.intp)
    steps[starts[:, 0], starts[:, 1]] += own
    steps[ends[:, 0], ends[:, 1]] -= own
    return steps.cumsum(axis=1)[:, :-1], len(numbers)


def _part(mask: Mask, corner: tuple[int, int], step: int) -> Part:
    points = np.argwhere(mask)[:, ::-1]
    left, top = points.min(axis=0).tolist()
    right, bottom = (points.max(axis=0) + 1).tolist()
    some = points[:: -(-len(points) // MOST_POINTS)] + 0.5
    x, y = corner
    return Part(
        some * step + [x, y], left * step + x, top * step + y, right * step + x, bottom * step + y
    )


def _thicker(mask: Mask, by: int) -> Mask:
    """A mask with so many cells more on every side."""
    padded, across = np.pad(mask, by), range(2 * by + 1)
    rows = np.logical_or.reduce([padded[shift : shift + mask.shape[0]] for shift in across])
    columns = [rows[:, shift : shift + mask.shape[1]] for shift in across]
    return np.asarray(np.logical_or.reduce(columns))
