"""Takes pictures of the window's main states and compares them with the references.

Where one differs, both stand side by side in the folder `pictures/`. `--renew` makes what was taken
the new references, and renews the README's pictures. `make pictures` runs this.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .compare import compare, open_picture, side_by_side
from .take import SCALES, name_of, names

CHECKOUT = Path(__file__).parent.parent.parent
REFERENCES = Path(__file__).parent / "reference"
DIFFERENCES = CHECKOUT / "pictures"
README = CHECKOUT / "assets" / "readme"


def main() -> int:
    """Compare, or renew."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("--renew", action="store_true", help="make them the new references")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zmlp-pictures-") as name:
        folder = Path(name)
        for scale in SCALES:
            take_all(folder, scale)
        return _renew(folder) if options.renew else _report(folder)


def take_all(folder: Path, scale: int) -> None:
    """Take the pictures of a scale in a process of its own."""
    environment = os.environ | {"QT_SCALE_FACTOR": str(scale)}
    command = [sys.executable, "-m", f"{__package__}.take", str(folder)]
    subprocess.run(command, env=environment, cwd=CHECKOUT, check=True, timeout=300)


def reference(name: str) -> Path:
    """Where the reference of a picture lies."""
    return REFERENCES / f"{name}.webp"


def _report(folder: Path) -> int:
    shutil.rmtree(DIFFERENCES, ignore_errors=True)
    DIFFERENCES.mkdir()
    differ = 0
    for scale in SCALES:
        for name in names(scale):
            shot = open_picture(folder / f"{name}.png")
            if not reference(name).exists():
                print(f"{name}: has no reference yet")
                shot.save(DIFFERENCES / f"{name}.png")
                differ += 1
                continue
            known = open_picture(reference(name))
            difference = compare(shot, known, scale)
            print(f"{name}: {difference.words or 'as before'} ({100 * difference.share:.2f} %)")
            if difference.share:
                side_by_side(shot, known, difference).save(DIFFERENCES / f"{name}.png")
            differ += difference.matters
    print(f"{differ} differ; see {DIFFERENCES.name}/" if differ else "all look as before")
    return 1 if differ else 0


def _renew(folder: Path) -> int:
    """Keep what was taken; what looks as before keeps its file."""
    REFERENCES.mkdir(exist_ok=True)
    wanted = {reference(name).name for scale in SCALES for name in names(scale)}
    for path in REFERENCES.glob("*.webp"):
        if path.name not in wanted:
            path.unlink()
    for scale in SCALES:
        for name in names(scale):
            shot, path = open_picture(folder / f"{name}.png"), reference(name)
            if not path.exists() or compare(shot, open_picture(path), scale).share:
                shot.save(path, lossless=True, quality=60, method=3)
                print(f"{name}: renewed")
    for look in ("light", "dark"):
        shown = open_picture(folder / f"{name_of('training', look, (1366, 768), 2)}.png")
        shown.save(README / f"window-{look}.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
