"""This machine's processes: the supervisor, the node under it, and what only Ray's insides tell."""
