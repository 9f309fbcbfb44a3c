"""A job's life: taken in, queued, run, swept away."""
