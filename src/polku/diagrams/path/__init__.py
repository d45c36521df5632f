"""The winding path: where the way sinks, and where it sends people back."""
