"""The parts of the table of runs."""
