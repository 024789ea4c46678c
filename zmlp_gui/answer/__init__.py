"""The parts of the answer: headline, bars, and the image that the network saw."""
