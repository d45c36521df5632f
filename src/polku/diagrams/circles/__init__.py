"""The circles: how near everybody is to daily use."""
