"""What can go wrong while an image is made."""


class BuildFailed(RuntimeError):
    """An image could not be made; the message says why and where the log is."""
