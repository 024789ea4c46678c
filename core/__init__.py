"""The network, its training, and the reading of ink: numpy and the standard library, never Qt.

Modules import each other relatively, so that the package works under both of its names:
`core` in a checkout and inside the program, `zmlp_app.core` in a notebook.
"""
