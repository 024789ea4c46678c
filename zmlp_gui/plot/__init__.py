"""The parts of the curves: their figures, plot, marks, legend and the card of exact values."""
