"""The window: widgets that show values and emit what the person wants, and the session that joins them."""
