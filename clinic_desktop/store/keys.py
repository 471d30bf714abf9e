"""Keys: wiped when no longer needed, derived from passwords, wrapped for whoever may use them."""

import base64
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12


class WrongKey(Exception):  # noqa: N818 - callers turn it into the sentence that fits
    """A wrapped key does not open: the password, sheet or key is not the right one."""


class Key:
    """32 secret bytes that can be wiped. Its text never shows them.

    Wiping is best effort: Python and the libraries may hold copies for a while.
    """

    __slots__ = ("_bytes",)

    def __init__(self, raw: bytes | bytearray) -> None:
        if len(raw) != KEY_BYTES:
            raise ValueError("a key has 32 bytes")
        self._bytes = bytearray(raw)

    def __repr__(self) -> str:
        return "Key(wiped)" if self.wiped else "Key(...)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self._bytes == other._bytes

    def __hash__(self) -> int:
        raise TypeError("a key can be wiped, so it is no dictionary key")

    @property
    def wiped(self) -> bool:
        """Whether ``wipe`` was called."""
        return not self._bytes

    def raw(self) -> bytes:
        """The bytes. Raises ``RuntimeError`` once wiped."""
        if self.wiped:
            raise RuntimeError("the key was wiped")
        return bytes(self._bytes)

    def hex(self) -> str:
        """The bytes as hexadecimal text, for SQLCipher's raw key."""
        return self.raw().hex()

    def copy(self) -> Self:
        """A copy with a life of its own."""
        return type(self)(self.raw())

    def wipe(self) -> None:
        """Overwrite the bytes and forget them."""
        for i in range(len(self._bytes)):
            self._bytes[i] = 0
        self._bytes.clear()


def new_key() -> Key:
    """A fresh random key."""
    return Key(os.urandom(KEY_BYTES))


@dataclass(frozen=True, slots=True, kw_only=True)
class KdfCost:
    """Cost of turning a password into a key (argon2id); about 0.17 s by default."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


def password_key(password: str, salt: bytes, cost: KdfCost) -> Key:
    """The key that a password gives with this salt and cost."""
    return Key(
        hash_secret_raw(
            secret=password.encode(),
            salt=salt,
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )
    )


def derived_key(secret: bytes, purpose: str) -> Key:
    """A key derived from a secret that is random already (HKDF-SHA256)."""
    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode())
    return Key(kdf.derive(secret))


def wrap(wrapping: Key, secret: bytes, purpose: str) -> str:
    """Encrypt a secret under a key (AES-256-GCM), bound to what it is for, as base64 text."""
    nonce = os.urandom(_NONCE_BYTES)
    return b64(nonce + AESGCM(wrapping.raw()).encrypt(nonce, secret, purpose.encode()))


def unwrap(wrapping: Key, wrapped: str, purpose: str) -> bytes:
    """The secret again. Raises ``WrongKey``."""
    try:
        data = unb64(wrapped)
        return AESGCM(wrapping.raw()).decrypt(
            data[:_NONCE_BYTES], data[_NONCE_BYTES:], purpose.encode()
        )
    except (InvalidTag, ValueError) as error:
        raise WrongKey from error


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxKeys:
    """An X25519 pair: anyone seals to the public half, only the private half opens."""

    public: bytes
    private: Key


def new_box_keys() -> BoxKeys:
    """A fresh pair."""
    private = PrivateKey.generate()
    return BoxKeys(public=bytes(private.public_key), private=Key(bytes(private)))


def box_public_of(private: Key) -> bytes:
    """The public half that belongs to a private one."""
    return bytes(PrivateKey(private.raw()).public_key)


def seal(public: bytes, data: bytes) -> bytes:
    """Encrypt so that only the private half of ``public`` opens it (sealed box)."""
    return bytes(SealedBox(PublicKey(public)).encrypt(data))


def open_sealed(private: Key, sealed: bytes) -> bytes:
    """What was sealed. Raises ``WrongKey``."""
    try:
        return bytes(SealedBox(PrivateKey(private.raw())).decrypt(sealed))
    except (CryptoError, ValueError, TypeError) as error:
        raise WrongKey from error


class SigningKey:
    """A person's Ed25519 key; signs for as long as they are logged in."""

    __slots__ = ("_key",)

    def __init__(self, seed: Key) -> None:
        self._key = seed.copy()

    def __repr__(self) -> str:
        return "SigningKey(...)"

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature of a message."""
        return Ed25519PrivateKey.from_private_bytes(self._key.raw()).sign(message)

    def public(self) -> bytes:
        """The 32-byte public key that verifies its signatures."""
        private = Ed25519PrivateKey.from_private_bytes(self._key.raw())
        return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def seed(self) -> bytes:
        """The private half, to be wrapped."""
        return self._key.raw()

    def wipe(self) -> None:
        """Forget the private half."""
        self._key.wipe()


def new_signing_key() -> SigningKey:
    """A fresh signing key."""
    private = Ed25519PrivateKey.generate()
    raw = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return SigningKey(Key(raw))


def signature_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature was made over just this message with the key of ``public``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(parts: Iterable[bytes]) -> str:
    """SHA-256 over parts, each with its length before it."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def b64(data: bytes) -> str:
    """Bytes as base64 text."""
    return base64.b64encode(data).decode("ascii")


def unb64(text: str) -> bytes:
    """Base64 text as bytes. Raises ``ValueError``."""
    return base64.b64decode(text.encode("ascii"), validate=True)
