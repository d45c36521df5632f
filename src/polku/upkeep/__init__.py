"""Whether an installation and its folders are sound, and backups that bring them back."""
