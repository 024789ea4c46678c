"""The canvas and the answer once more on a screen with two pixels for each."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_everything_holds_on_a_screen_of_twice_the_resolution():
    files = [str(HERE / name) for name in ("test_canvas.py", "test_network_view.py")]
    outcome = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files],
        cwd=HERE.parent.parent,
        env={**os.environ, "QT_SCALE_FACTOR": "2"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout
