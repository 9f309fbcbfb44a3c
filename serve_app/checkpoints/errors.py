"""What can go wrong with the models' folder."""


class ModelsError(Exception):
    """It cannot be done; the message says why and what to do."""


class HubAway(ModelsError):
    """The hub cannot be reached, or is not to be asked."""
