"""A key pair of clinicians for tests that have no key ring; the store's own sealing."""

from nacl.public import PrivateKey

from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.store.keys import Key, open_sealed, seal

_PRIVATE = PrivateKey.generate()


def sealed(data):
    return seal(bytes(_PRIVATE.public_key), data)


def unsealed(session, box):
    if not session.opens_clinical:
        raise PermissionRefused("These keys do not open sealed answers.")
    return open_sealed(Key(bytes(_PRIVATE)), box)
