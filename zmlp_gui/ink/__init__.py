"""The parts of the canvas: strokes and the paper they are painted on, eraser, undo, pen events."""
