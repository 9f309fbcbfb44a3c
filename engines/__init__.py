"""Speech engines: pure compute, with no Ray, no HTTP and no storage."""
