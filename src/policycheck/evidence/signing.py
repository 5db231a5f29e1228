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

from ..errors import PolicycheckError, UsageError
from .faults import FaultyError
from .statement import dumped

if TYPE_CHECKING:
    from securesystemslib.signer import SSlibKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"

_REDACT_KEY = 32
"""Bytes."""


class PublicKey(NamedTuple):
    """Who can sign. `pem` is the one form in which a package encloses it."""

    pem: bytes
    fingerprint: str
    key: Ed25519PublicKey


def make_key(path: Path, passphrase: str | None) -> PublicKey:
    """Writes a new private key that its owner alone can read, and its public key beside it. Raises UsageError where one
    of the files is there."""
    private = Ed25519PrivateKey.generate()
    public = _public(private.public_key())
    encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    content = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    beside = public_key_beside(path)
    if there := [file for file in (path, beside) if os.path.lexists(file)]:
        raise UsageError("already_there", files=there)
    written: list[Path] = []
    try:
        for file, text, mode in ((path, content, 0o600), (beside, public.pem, 0o644)):
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
            written.append(file)
            with os.fdopen(handle, "wb") as opened:
                opened.write(text)
    except OSError as error:
        for file in written:
            file.unlink(missing_ok=True)
        raise PolicycheckError("unwritable", file=file, reason=error.strerror) from None
    return public


def public_key_beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")


def read_private_key(path: Path, passphrase: str | None) -> Ed25519PrivateKey:
    """Raises UsageError for anything but an Ed25519 key that can be opened."""
    content = _read_secret(path)
    secret = passphrase.encode() if passphrase else None
    try:
        key = load_pem_private_key(content, secret if b"ENCRYPTED" in content else None)
    except TypeError:
        raise UsageError("encrypted_key", file=path) from None
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError("wrong_passphrase" if b"ENCRYPTED" in content else "broken_key", file=path) from None
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
