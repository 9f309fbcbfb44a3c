"""A private authority and a certificate of its own, to sign generated files with."""

from __future__ import annotations

import datetime
import errno
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from serve_app.store.files import make_private_folder

AUTHORITY_DAYS = 3_650
CERTIFICATE_DAYS = 730
MOST_NAME_BYTES = 64  # of a name in a certificate (X.520)
EARLIER = datetime.timedelta(hours=1)  # clocks of those who verify may be late


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the files are."""

    chain: Path  # the certificate, and its authority's after it
    private_key: Path
    authority: Path  # to be given to those who are to trust it


def make_certificates(folder: Path, organization: str) -> Certificates:
    """Make an authority and a certificate that it vouches for; the authority's own key is not
    kept, so that nobody can make a second one.

    Raises:
        FileExistsError: there are some already.
        OSError: they cannot be written.
    """
    files = Certificates(
        folder / "certificate.pem", folder / "private-key.pem", folder / "authority.pem"
    )
    for path in (files.chain, files.private_key, files.authority):
        if path.exists():
            raise FileExistsError(
                errno.EEXIST, "is there already, and what it signed may be out there", str(path)
            )
    make_private_folder(folder)
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name = _name(f"{organization} Provenance Authority", organization)
    authority = _authority(authority_key, authority_name)
    leaf = _leaf(key, _name(f"{organization} Speech", organization), authority_key, authority_name)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(files.private_key, private, 0o600)
    _write(files.chain, _pem(leaf) + _pem(authority), 0o644)
    _write(files.authority, _pem(authority), 0o644)
    return files


def _authority(key: ec.EllipticCurvePrivateKey, name: x509.Name) -> x509.Certificate:
    signs = _usage(certificates=True)
    return (
        _started(name, name, key, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(signs, critical=True)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    key: ec.EllipticCurvePrivateKey,
    name: x509.Name,
    authority_key: ec.EllipticCurvePrivateKey,
    authority_name: x509.Name,
) -> x509.Certificate:
    # What C2PA's validators take by default: the purpose of mail. Its own came later.
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    vouched = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _started(name, authority_name, key, CERTIFICATE_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(purposes, critical=False)
        .add_extension(vouched, critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _started(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(identifier, critical=False)
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str, organization: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(common)),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(organization)),
        ]
    )


def _cut(name: str) -> str:
    """As much of it as a certificate holds, in whole characters."""
    return name.encode(errors="replace")[:MOST_NAME_BYTES].decode(errors="ignore")


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write(path: Path, data: bytes, mode: int) -> None:
    """Never readable by others for a moment, and never over what is there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
