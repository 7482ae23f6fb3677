"""How many ballots rank one option above another, for all pairs at once."""

from tsukuba_trust.elections.whole_ballots import Box, ranks


def pairwise(box: Box, size: int) -> list[list[int]]:
    """Return ``d[a][b]`` = ballots that rank option a above option b.

    An option that a ballot leaves out is below all that it ranks. Each row is one long
    integer with a field per option, so that a ballot costs one addition per option.
    """
    width = box.valid.bit_length() + 1
    everybody = sum(1 << width * option for option in range(size))
    rows = [0] * size
    for levels, ballots in box.kinds:
        below = everybody
        for group in ranks(levels):
            for option in group:
                below -= 1 << width * option
            added = below * ballots
            for option in group:
                rows[option] += added
    mask = (1 << width) - 1
    return [[row >> width * option & mask for option in range(size)] for row in rows]
