"""What all drawings share: head, page, legend, signs, bands, and room for words."""
