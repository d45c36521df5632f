"""Credit: paths to conversions, and how models share a conversion among the touches before it."""
