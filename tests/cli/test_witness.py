"""``sviedka witness`` on both sides: an archive, and a partner who cosigns its heads."""

import pytest

from tests.program import Program


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    base = tmp_path_factory.mktemp("witness")
    owner = Program.with_archive(base / "owner")
    partner = Program.at(base / "partner")
    key = partner.json("witness", "init", "partner.example/2026")["key"]
    owner.run("witness", "trust", "Partner", key)
    return owner, partner


def test_a_round(sides, tmp_path):
    owner, partner = sides
    assert owner.json("status")["witnessed"] is None
    asked, answer = tmp_path / "asked", tmp_path / "answer"
    log = owner.json("witness", "request", "--out", asked)["log"]
    done = partner.attempt("witness", "sign", asked)
    assert (done.status, done.is_clear) == (2, True)
    partner.run("witness", "sign", asked, "--log", log, "--out", answer)
    (accepted,) = owner.json("witness", "accept", answer)["accepted"]
    assert accepted["name"] == "Partner"
    status = owner.json("status")
    assert status["witnessed"]["size"] == accepted["size"]
    assert status["unwitnessed"] == status["entries"] - accepted["size"]
    (listed,) = owner.json("witness", "list")["witnesses"]
    assert (listed["size"], listed["time"]) == (accepted["size"], accepted["time"])
    (known,) = partner.json("witness", "key")["logs"]
    assert known["size"] == accepted["size"]
    assert owner.json("verify", "--deep")["clean"]
    # From now on the partner goes by what it has seen.
    owner.run("witness", "request", "--out", tmp_path / "next")
    partner.run("witness", "sign", tmp_path / "next")
    owner.run("witness", "request", "--since", 0, "--out", tmp_path / "again")
    done = partner.attempt("witness", "sign", tmp_path / "again", "--json")
    assert done.status == 0  # the same head once more


def test_texts_come_on_the_terminal_too(sides):
    owner, _ = sides
    assert owner.run("witness", "request").out.startswith("old ")


def test_what_is_there_is_not_written_over(sides, tmp_path):
    owner, _ = sides
    (tmp_path / "asked").write_text("something")
    done = owner.attempt("witness", "request", "--out", tmp_path / "asked")
    assert (done.status, done.is_clear) == (2, True)
    assert (tmp_path / "asked").read_text() == "something"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["accept", "passphrase"], 3),
        (["sign", "passphrase"], 2),
        (["key"], 2),
        (["trust", "Nobody", "no key"], 3),
        (["request", "--witness", "Nobody"], 2),
    ],
)
def test_what_makes_no_sense_is_told(sides, words, status):
    owner, _ = sides
    done = owner.attempt("witness", *words)
    assert (done.status, done.is_clear) == (status, True), done.told


def test_a_witness_s_wrong_passphrase(sides, tmp_path):
    _, partner = sides
    word = tmp_path / "word"
    word.write_text("another one")
    other = Program(partner.base, partner.runtime, {"SVIEDKA_PASSPHRASE_FILE": str(word)})
    done = other.attempt("witness", "key")
    assert (done.status, done.is_clear) == (5, True)
