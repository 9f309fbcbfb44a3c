"""What a client meets: the HTTP contract, jobs, records and files."""
