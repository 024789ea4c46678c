"""The pieces of the journal's story: its stations, their diagrams, and the way along them."""
