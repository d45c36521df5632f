"""What systems wrote, read into the tables of the lake: CSV, Parquet and XES through mappings."""
