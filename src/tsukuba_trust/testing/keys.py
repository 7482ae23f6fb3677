"""RSA keys for simulated cards: sixteen per process, made when first asked for.

Making one takes some 35 ms, so a load of thousands of cards shares them; signatures cost the
same as with keys of their own.
"""

from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

POOL_SIZE: Final = 16


def card_key(number: int) -> rsa.RSAPrivateKey:
    """Return the key of a card; cards whose numbers agree modulo 16 share one."""
    return _pooled(number % POOL_SIZE)


def new_key(bits: int = 2048, exponent: int = 65537) -> rsa.RSAPrivateKey:
    """Make a key outside the pool."""
    return rsa.generate_private_key(exponent, bits)


@lru_cache(maxsize=POOL_SIZE)
def _pooled(_slot: int) -> rsa.RSAPrivateKey:
    return new_key()
