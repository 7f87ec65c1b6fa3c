"""Certificates for servers of tests."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate nobody vouches for; it lies in ``site.pem``."""
    key = ec.generate_private_key(ec.SECP256R1())
    return _serving(folder / "site.pem", _certificate("site.test", key, "site.test", key), key)


def vouched(folder: Path, host: str = "127.0.0.1") -> ssl.SSLContext:
    """A certificate for a host that an authority vouches for; the authority's lies in ``ca.pem``."""
    authority, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    own = _certificate("authority.test", authority, "authority.test", authority, is_authority=True)
    (folder / "ca.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM))
    made = _certificate(host, key, "authority.test", authority)
    return _serving(folder / "vouched.pem", made, key)


def _certificate(
    host: str, key: ec.EllipticCurvePrivateKey, by: str, signer: ec.EllipticCurvePrivateKey,
    *, is_authority: bool = False,
) -> x509.Certificate:  # fmt: skip
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (host, by)]
    now = datetime.datetime.now(datetime.UTC)
    hosts: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "site.test":
        hosts.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    elif host[0].isdigit():
        hosts = [x509.IPAddress(ipaddress.ip_address(host))]
    ids = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=is_authority, crl_sign=is_authority,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(ids, critical=False)
        .add_extension(signed_by, critical=False)
        .sign(signer, hashes.SHA256())
    )


def _serving(
    path: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> ssl.SSLContext:
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                            serialization.NoEncryption())
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
