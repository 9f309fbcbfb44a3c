"""What can go wrong with the models' folder."""


class ModelsError(Exception):
    """It cannot be done; the message says why and what to do."""
