"""Questions asked of records: one noun per file, each a result of plain columns and the function that makes it."""
