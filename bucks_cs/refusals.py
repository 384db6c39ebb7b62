"""What may not happen, said in words."""


class Refused(Exception):
    """An event that may not happen now; its text is the reason, for people."""
