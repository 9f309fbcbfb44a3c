"""Where records (SQL) and blobs (files) are kept."""
