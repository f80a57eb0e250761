"""Signatures hold for exactly these bytes, this namespace and an allowed key; everything else is one clear error."""

import shutil
import subprocess

import pytest

from ip_library.core.errors import SignatureError
from ip_library.store import signatures

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
AT = "20260131120000"


def make_key(path, passphrase=""):
    arguments = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "test", "-f", str(path)]
    subprocess.run(arguments, check=True)
    return path


@pytest.fixture
def key(tmp_path):
    return make_key(tmp_path / "key")


def test_a_signature_is_checked_with_the_public_half_and_names_its_key(key):
    signature = signatures.sign(b"payload\n", key=key)
    told = subprocess.run(["ssh-keygen", "-l", "-f", str(key)], capture_output=True, text=True, check=True).stdout
    found = signatures.check(b"payload\n", signature, signers=signatures.signers_of(key), at=AT)
    assert found == signatures.fingerprint_of(signature) == told.split()[1]


def test_other_bytes_another_key_and_another_namespace_are_refused(key, tmp_path):
    signature = signatures.sign(b"payload\n", key=key)
    signers = signatures.signers_of(key)
    with pytest.raises(SignatureError, match="refused"):
        signatures.check(b"payload", signature, signers=signers, at=AT)
    with pytest.raises(SignatureError, match="refused"):
        other = signatures.signers_of(make_key(tmp_path / "other"))
        signatures.check(b"payload\n", signature, signers=other, at=AT)
    with pytest.raises(SignatureError, match="refused"):
        elsewhere = signers.replace(signatures.NAMESPACE, "git")
        signatures.check(b"payload\n", signature, signers=elsewhere, at=AT)


def test_a_key_that_is_no_longer_valid_still_vouches_for_what_it_signed_in_time(key):
    signature = signatures.sign(b"x", key=key)
    signers = signatures.signers_of(key).replace("namespaces=", 'valid-before="20260201",namespaces=')
    assert signatures.check(b"x", signature, signers=signers, at=AT)
    with pytest.raises(SignatureError, match="refused"):
        signatures.check(b"x", signature, signers=signers, at="20260301120000")


def test_a_key_that_cannot_be_used_is_a_clear_error_and_asks_for_nothing(tmp_path):
    with pytest.raises(SignatureError, match="no file that this process can read"):
        signatures.sign(b"x", key=tmp_path / "none")
    with pytest.raises(SignatureError, match="refused"):
        signatures.sign(b"x", key=make_key(tmp_path / "locked", "secret"))
    (tmp_path / "noise").write_text("noise")
    with pytest.raises(SignatureError, match="refused"):
        signatures.sign(b"x", key=tmp_path / "noise")


@pytest.mark.parametrize("text", ["", "noise", "-----BEGIN SSH SIGNATURE-----\n!\n-----END SSH SIGNATURE-----\n"])
def test_noise_is_no_signature(key, text):
    with pytest.raises(SignatureError):
        signatures.check(b"x", text, signers=signatures.signers_of(key), at=AT)
    with pytest.raises(SignatureError, match="no SSH signature"):
        signatures.fingerprint_of(text)


def test_a_principal_that_looks_like_an_option_reaches_no_argument(key):
    signature = signatures.sign(b"x", key=key)
    signers = signatures.signers_of(key).replace("settei ", "-Ohashalg=x;y ")
    with pytest.raises(SignatureError):
        signatures.check(b"x", signature, signers=signers, at=AT)


def test_without_ssh_keygen_it_says_so(key, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not signatures.available()
    with pytest.raises(SignatureError, match="not installed"):
        signatures.sign(b"x", key=key)
