"""What all tests share: windows are off-screen unless a test brings a screen of its own."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
