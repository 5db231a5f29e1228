"""Keys, and the signature over a manifest: a DSSE envelope with one Ed25519 signature.

A key is known by its fingerprint, the SHA-256 of its DER form (SubjectPublicKeyInfo), which is the keyid of the
envelope, too.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from ..errors import UsageError
from ..files import for_the_owner_alone, replace_file
from .faults import FaultyError
from .statement import dumped

if TYPE_CHECKING:
    from securesystemslib.signer import SSlibKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"

_REDACT_KEY = 32
"""Bytes."""

_LONGEST_PASSPHRASE = 1023
"""Bytes that OpenSSL takes."""

_ENCRYPTED = b"ENCRYPTED"


class PublicKey(NamedTuple):
    """Who can sign. `pem` is the one form in which a package encloses it."""

    pem: bytes
    fingerprint: str
    key: Ed25519PublicKey


class KeyPair(NamedTuple):
    """`again`: the private key was there, and its public key alone was written."""

    public: PublicKey
    encrypted: bool
    again: bool


def make_key(path: Path, passphrase: str | None) -> KeyPair:
    """Writes a new private key that its owner alone can read, and its public key beside it; the latter alone where a
    private key is there without it. Raises UsageError where another file is there."""
    beside = public_key_beside(path)
    there = [file for file in (path, beside) if os.path.lexists(file)]
    if there == [path] and path.is_file() and b"PRIVATE KEY" in _read(path):
        private = read_private_key(path, passphrase)
    elif there:
        raise UsageError("already_there", files=there)
    else:
        private = Ed25519PrivateKey.generate()
        encryption = BestAvailableEncryption(_bytes_of(passphrase)) if passphrase else NoEncryption()
        with for_the_owner_alone():
            replace_file(path, [private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)])
    public = _public(private.public_key())
    replace_file(beside, [public.pem])
    return KeyPair(public, _ENCRYPTED in _read(path), again=bool(there))


def public_key_beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")


def read_private_key(path: Path, passphrase: str | None) -> Ed25519PrivateKey:
    """Raises UsageError for anything but an Ed25519 key that can be opened."""
    content = _read_secret(path)
    secret = _bytes_of(passphrase) if passphrase and _ENCRYPTED in content else None
    try:
        key = load_pem_private_key(content, secret)
    except TypeError:
        raise UsageError("encrypted_key", file=path) from None
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError("wrong_passphrase" if _ENCRYPTED in content else "broken_key", file=path) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError("other_kind_of_key", file=path)
    return key


def read_redact_key(path: Path) -> bytes:
    """The 32 bytes from which pseudonyms are made, written in hex. Raises UsageError for anything else."""
    try:
        key = bytes.fromhex(_read_secret(path).decode("ascii"))
    except ValueError:
        key = b""
    if len(key) != _REDACT_KEY:
        raise UsageError("broken_redact_key", file=path, bytes=_REDACT_KEY)
    if len(set(key)) == 1:
        raise UsageError("guessable_redact_key", file=path)
    return key


def new_redact_key() -> bytes:
    """One that is kept nowhere."""
    return secrets.token_bytes(_REDACT_KEY)


def read_public_key(path: Path) -> PublicKey:
    """Raises UsageError for anything but an Ed25519 public key."""
    try:
        key = load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError("broken_public_key", file=path) from None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError("other_kind_of_key", file=path)
    return _public(key)


def public_key_of(private: Ed25519PrivateKey) -> PublicKey:
    return _public(private.public_key())


def sign(manifest: bytes, private: Ed25519PrivateKey) -> bytes:
    """The bytes of signature.dsse.json."""
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import CryptoSigner

    envelope = Envelope(manifest, PAYLOAD_TYPE, {})
    envelope.sign(CryptoSigner(private, _known(_public(private.public_key()))))
    return dumped(envelope.to_dict())


def signer_of(envelope: bytes, manifest: bytes, pem: bytes) -> PublicKey:
    """The key that signed the manifest. Raises FaultyError where the enclosed one did not, and where a byte of the
    envelope could be another one."""
    from securesystemslib.dsse import Envelope
    from securesystemslib.exceptions import VerificationError
    from securesystemslib.signer import Signature

    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise FaultyError("enclosed_key") from None
    if not isinstance(key, Ed25519PublicKey):
        raise FaultyError("enclosed_key")
    public = _public(key)
    try:
        signature = base64.b64decode(orjson.loads(envelope)["signatures"][0]["sig"], validate=True)
    except (ValueError, TypeError, KeyError, IndexError):
        raise FaultyError("signature") from None
    signatures: Any = {public.fingerprint: Signature(public.fingerprint, signature.hex())}
    expected = Envelope(manifest, PAYLOAD_TYPE, signatures)
    if dumped(expected.to_dict()) != envelope:
        raise FaultyError("signature")
    try:
        expected.verify([_known(public)], 1)
    except VerificationError:
        raise FaultyError("signature") from None
    return public


def _known(public: PublicKey) -> SSlibKey:
    from securesystemslib.signer import SSlibKey

    return SSlibKey.from_crypto(public.key, public.fingerprint)


def _public(key: Ed25519PublicKey) -> PublicKey:
    der, pem = (key.public_bytes(form, PublicFormat.SubjectPublicKeyInfo) for form in (Encoding.DER, Encoding.PEM))
    return PublicKey(pem, hashlib.sha256(der).hexdigest(), key)


def _bytes_of(passphrase: str) -> bytes:
    try:
        secret = passphrase.encode()
    except UnicodeEncodeError:
        secret = b""
    if not 0 < len(secret) <= _LONGEST_PASSPHRASE:
        raise UsageError("unusable_passphrase", limit=_LONGEST_PASSPHRASE)
    return secret


def _read_secret(path: Path) -> bytes:
    """Raises UsageError, too, where others could read it."""
    content = _read(path)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise UsageError("open_key", file=path)
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError("unreadable_key", file=path, reason=error.strerror) from None
