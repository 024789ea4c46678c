"""The parts of the training panel: editors for the settings, buttons, progress and message."""
