"""Files made here open elsewhere, and files made elsewhere open here."""

import os
import pty
import shutil
import subprocess

import pyrage
import pytest

from sviedka.errors import WrongPassphraseError
from sviedka.keep import age
from tests import npm

CHUNK = 65536
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK]
PASSPHRASE = "не забыць"

needs_age = pytest.mark.skipif(
    shutil.which("age") is None, reason="the age command is missing: apt-get install age"
)


def text(size):
    return bytes(at * 31 % 251 for at in range(size))


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, timeout=60, **options).stdout


# The age command (Debian 12 has 1.1.1, which knows X25519 and scrypt).


@pytest.fixture
def key(tmp_path):
    """An X25519 identity, also as a file for the command."""
    identity = age.X25519Identity.generate()
    path = tmp_path / "key.txt"
    path.write_text(f"{identity}\n")
    return identity, path


@needs_age
@pytest.mark.parametrize("size", SIZES)
def test_the_age_command_opens_our_files(key, size):
    identity, path = key
    sealed = age.seal([identity.recipient, age.X25519Identity.generate().recipient], text(size))
    assert run("age", "--decrypt", "-i", path, input=sealed) == text(size)
    assert run("age", "--decrypt", "-i", path, input=age.armor(sealed)) == text(size)


@needs_age
@pytest.mark.parametrize("size", SIZES)
def test_we_open_files_of_the_age_command(key, size):
    identity, _ = key
    others = ["-r", str(age.X25519Identity.generate().recipient)]
    sealed = run("age", *others, "-r", str(identity.recipient), input=text(size))
    assert age.open_sealed([identity], sealed) == text(size)
    armored = run("age", "--armor", "-r", str(identity.recipient), input=text(size))
    assert age.open_sealed([identity], age.dearmor(armored)) == text(size)


@pytest.mark.skipif(shutil.which("age-keygen") is None, reason="apt-get install age")
def test_age_keygen_agrees_about_keys(key):
    identity, path = key
    assert run("age-keygen", "-y", path).decode() == f"{identity.recipient}\n"
    made = run("age-keygen").decode().splitlines()
    assert str(age.X25519Identity.parse(made[2]).recipient) == made[1].split()[-1]


def converse(*command, prompts):
    """Run a command on a terminal of its own and answer each of its prompts."""
    terminal, side = pty.openpty()
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", *command], stdin=side, stdout=side, stderr=side
    )
    os.close(side)
    said = b""
    for prompt, answer in prompts:
        while prompt not in said:
            said += os.read(terminal, 1000)
        said = b""
        os.write(terminal, answer.encode() + b"\n")
    status = process.wait(60)
    os.close(terminal)
    assert status == 0


@needs_age
def test_the_age_command_opens_our_passphrase_files(tmp_path):
    sealed, opened = tmp_path / "sealed", tmp_path / "opened"
    recipient = age.ScryptRecipient(PASSPHRASE, work_factor=10)
    sealed.write_bytes(age.seal([recipient], text(CHUNK + 1)))
    prompts = [(b"Enter passphrase", PASSPHRASE)]
    converse("age", "--decrypt", "-o", opened, sealed, prompts=prompts)
    assert opened.read_bytes() == text(CHUNK + 1)


@needs_age
def test_we_open_passphrase_files_of_the_age_command(tmp_path):
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_bytes(text(CHUNK + 1))
    prompts = [(b"Enter passphrase", PASSPHRASE), (b"Confirm passphrase", PASSPHRASE)]
    converse("age", "--passphrase", "-o", sealed, plain, prompts=prompts)
    data = sealed.read_bytes()
    assert age.open_sealed([age.ScryptIdentity(PASSPHRASE)], data) == text(CHUNK + 1)
    with pytest.raises(WrongPassphraseError):
        age.open_sealed([age.ScryptIdentity("something else")], data)


# pyrage, on the Rust implementation: X25519 and scrypt.


@pytest.mark.parametrize("size", SIZES)
def test_pyrage_and_we_open_each_other(size):
    ours, theirs = age.X25519Identity.generate(), pyrage.x25519.Identity.generate()
    sealed = age.seal([age.X25519Recipient.parse(str(theirs.to_public()))], text(size))
    assert pyrage.decrypt(sealed, [theirs]) == text(size)
    recipient = pyrage.x25519.Recipient.from_str(str(ours.recipient))
    assert age.open_sealed([ours], pyrage.encrypt(text(size), [recipient])) == text(size)


def test_pyrage_and_we_open_each_others_passphrase_files():
    sealed = age.seal([age.ScryptRecipient(PASSPHRASE, work_factor=10)], text(CHUNK))
    assert pyrage.passphrase.decrypt(sealed, PASSPHRASE) == text(CHUNK)
    theirs = pyrage.passphrase.encrypt(text(CHUNK), PASSPHRASE)
    assert age.open_sealed([age.ScryptIdentity(PASSPHRASE)], theirs) == text(CHUNK)


# npm's age-encryption, on noble: the hybrid.


@pytest.fixture(scope="session")
def typage(request):
    """Run ``interop/age.mjs``, its package installed once into pytest's cache."""
    folder = request.config.cache.mkdir("age-interop")
    try:
        npm.install(folder)
    except npm.UnavailableError as error:
        pytest.skip(str(error))
    shutil.copy(npm.INTEROP / "age.mjs", folder)

    def call(*arguments, data=b""):
        return run("node", folder / "age.mjs", *arguments, input=data)

    return call


def test_age_encryption_agrees_about_hybrid_keys(typage):
    identity, recipient = typage("generate").decode().split()
    ours = age.HybridIdentity.parse(identity)
    assert str(ours) == identity
    assert str(ours.recipient) == recipient
    assert age.HybridRecipient.parse(recipient) == ours.recipient


@pytest.mark.parametrize("size", [0, CHUNK, CHUNK + 1])
def test_age_encryption_opens_our_hybrid_files(typage, size):
    identity = age.HybridIdentity.generate()
    recipients = [age.HybridIdentity.generate().recipient, identity.recipient]
    sealed = age.seal(recipients, text(size))
    assert typage("decrypt", str(identity), data=sealed) == text(size)


@pytest.mark.parametrize("size", [0, CHUNK, CHUNK + 1])
def test_we_open_hybrid_files_of_age_encryption(typage, size):
    identity = age.HybridIdentity.generate()
    sealed = typage("encrypt", str(identity.recipient), data=text(size))
    assert age.open_sealed([identity], sealed) == text(size)
