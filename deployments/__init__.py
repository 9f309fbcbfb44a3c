"""The Ray Serve deployments and the dispatcher that feeds them batches."""
