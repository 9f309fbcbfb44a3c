"""Processes of ours that compute: pools of them, which outlive what they run."""
