"""Checks signatures of notes against the public keys in the key file."""

from collections.abc import Callable

from clinic_desktop.domain.errors import NotFound
from clinic_desktop.domain.ids import UserId
from clinic_desktop.store.key_ring import KeyRing
from clinic_desktop.store.keys import signature_holds


class RingChecker:
    """Implements the port ``SignatureChecker``.

    Args:
        ring: the key ring as it is now; it keeps the keys of those who left.
    """

    def __init__(self, ring: Callable[[], KeyRing]) -> None:
        self._ring = ring

    def holds(self, signer: UserId, public_key: bytes, signature: bytes, message: bytes) -> bool:
        """Whether the key is that person's and the signature was made over just this message."""
        try:
            known = self._ring().signing_public_keys(signer)
        except NotFound:
            return False
        return public_key in known and signature_holds(public_key, signature, message)
