"""The studio: the web product. Pages ask the layers below and show what they answer."""
