"""Numbers with their words, as commands say them."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return for instance ``1 vote`` or ``2 votes``.

    :param many: the plural, where it is not the singular with an s
    """
    return f"{number} {one if number == 1 else many or one + 's'}"
