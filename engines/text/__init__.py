"""What is done to a text before any engine sees it: cleaning, splitting, estimating."""
