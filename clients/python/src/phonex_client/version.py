"""Which release this is: that of the service it comes with."""

__version__ = "0.1.0"
