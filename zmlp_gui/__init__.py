"""The window: widgets that show values and emit what the person wants, and what joins them."""
