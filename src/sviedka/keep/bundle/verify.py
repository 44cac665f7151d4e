"""Checks the folder that it lies in, with nothing but Python (3.8 or newer) and openssl (3).

    python3 verify.py [--archive ARCHIVE_ID] [--log LOG_KEY] [--roots FILE] [FOLDER]

Compare the first two with what the organisation has published: without that, anybody could have
made such a folder. FILE has root certificates (PEM) of authorities whose time stamps you believe.
Only if all of it holds does it say so, and end with status 0. Of a folder without a proof.json, all
folders within it that have one are checked.
"""
# ruff: noqa: T201 - it talks to the person who runs it

from __future__ import annotations

import argparse
import base64
import calendar
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

KEYS = {"archive", "device", "event", "files", "log", "record", "v", "witnesses"}
ED25519 = bytes.fromhex("302a300506032b6570032100")  # so begins such a key in DER (RFC 8410)


def need(holds: object, what: str) -> None:
    """Stop here unless something holds."""
    if not holds:
        sys.exit("DOES NOT HOLD: " + what)


def sha256(data: bytes) -> bytes:
    """The hash of some bytes; of a leaf they begin with 0, of an inner node with 1 (RFC 6962)."""
    return hashlib.sha256(data).digest()


def unbase64(text: str) -> bytes:
    """Base64 in its one spelling."""
    data = base64.b64decode(text)
    need(base64.b64encode(data).decode() == text, "base64: " + text[:40])
    return data


def compact(value: object) -> bytes:
    """JSON in its one spelling: the shortest, with sorted keys."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether openssl says that an Ed25519 signature holds."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("key", ED25519 + public), ("text", message), ("signature", signature)):
            (Path(folder) / name).write_bytes(data)
        command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -in text -sigfile "
        done = subprocess.run(  # noqa: S603 - fixed words
            [*command.split(), "signature"], cwd=folder, capture_output=True, check=False
        )
    return done.returncode == 0


def note_signature(line: str, key: str, kind: int) -> tuple[bytes, bytes]:
    """The public key in a verifier key, and its signature in a line (C2SP signed-note)."""
    name, key_id, material = key.split("+", 2)
    public, (text, _, end) = unbase64(material), line.partition("\n")
    need(len(public) == 33 and public[0] == kind, "the type of the key " + key)
    need(sha256(name.encode() + b"\n" + public)[:4].hex() == key_id, "the id of the key " + key)
    need(line.endswith("\n") and not end, "one line with one signature")
    need(text.startswith(f"\u2014 {name} "), "a signature by " + name)
    signature = unbase64(text[len(name) + 3 :])
    need(signature[:4].hex() == key_id, "a signature by the key " + key)
    return public[1:], signature[4:]


def tree_root(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Where the path from a leaf leads, in a tree of some size (RFC 9162, 2.1.3.2)."""
    last = size - 1
    for sibling in path:
        while index == last and not index & 1 and last:
            index, last = index >> 1, last >> 1
        leaf = sha256(b"\1" + sibling + leaf if index & 1 else b"\1" + leaf + sibling)
        index, last = index >> 1, last >> 1
    need(index == last == 0, "the length of the proof")
    return leaf


def check_files(here: Path, said: dict[str, Any]) -> Path | None:
    """Every file is there as proof.json says, and no other; which of them is the original."""
    paths = [each for each in here.rglob("*") if each.is_symlink() or not each.is_dir()]
    need(not any(each.is_symlink() for each in paths), "no file is a link")
    names = {each.relative_to(here).as_posix() for each in paths}
    originals = {name for name in names if name.startswith("original/") and name.count("/") == 1}
    extra = names - originals - {"proof.json"} - set(said["files"])
    need(not extra and len(originals) < 2, "nothing else is here, but there is " + str(extra))
    for name, digest in said["files"].items():
        need(name in names, name + " is here")
        need(sha256((here / name).read_bytes()).hex() == digest, name + " is unchanged")
    return here / originals.pop() if originals else None


def check_leaf(here: Path, name: str, leaf: dict[str, Any], root: str) -> dict[str, Any]:
    """A record belongs to the batch with this root; what it says."""
    data, salt = (here / (name + ".json")).read_bytes(), unbase64(leaf["salt"])
    node = sha256(b"\0" + salt + data)
    for step in leaf["path"]:
        sibling = bytes.fromhex(step[1:])
        need(step in ("L" + sibling.hex(), "R" + sibling.hex()), "the form of a step")
        node = sha256(b"\1" + (sibling + node if step[0] == "L" else node + sibling))
    need(len(salt) == 32 and node.hex() == root, name + ".json is what the entry brought")
    record: dict[str, Any] = json.loads(data)
    need(isinstance(record["kind"], str), name + ".json is a record")
    return record


def check_original(path: Path | None, record: bytes, objects: list[Any]) -> None:
    """The original is here if the record is of one, and is what the record says."""
    said = json.loads(record)
    need((said["kind"] == "item") == (path is not None), "an original for its record, or none")
    if path is None:
        return
    need(compact(said) == record, "the form of the record")
    need(said["object"] in [each["hash"] for each in objects], "the entry brought the original")
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    found = digest.hexdigest(), path.stat().st_size
    need(found == (said["sha256"], said["size"]), "the original is unchanged")
    print(f"- {path.name} is the original of which the record speaks, SHA-256\n  {found[0]}")


def check_entry(here: Path, said: dict[str, Any], original: Path | None) -> bytes:
    """The entry commits to record and event, and its author signed it."""
    data = (here / "entry.json").read_bytes()
    entry = json.loads(data)
    body, signature = entry["body"], entry["signatures"][0]
    need(compact(entry) == data and set(entry) == {"body", "signatures"}, "the form of the entry")
    need(body["kind"] == "content" and body["archive"] == said["archive"], "the archive's id")
    check_leaf(here, "record", said["record"], body["batch"]["root"])
    check_original(original, (here / "record.json").read_bytes(), body["objects"])
    need(("event" in said) == ("event.json" in said["files"]), "the event goes with its proof")
    if "event" in said:
        event = check_leaf(here, "event", said["event"], body["batch"]["root"])
        need(event["kind"] == "event", "event.json is an event")
        print("- it came in one act with the event of which event.json speaks")
    public = unbase64(said["device"])
    device = sha256(b"sviedka/device/v1\n" + public)[:16].hex()
    need(device == body["device"] == signature["key"], "the entry is by the device")
    text = b"sviedka/entry/v1\n" + compact(body)
    need(signed(public, text, unbase64(signature["value"])), "the signature under the entry")
    print(f"- the device {device} signed the entry that brought it")
    return data


def check_log(here: Path, said: dict[str, Any], entry: bytes) -> str:
    """The entry is in the log, under a head that the log signed; the text of the head."""
    proof, _, note = (here / "proof.tlog-proof").read_bytes().partition(b"\n\n")
    need(note == (here / "checkpoint").read_bytes(), "the log proof is under this checkpoint")
    form, index, *path = proof.decode("ascii").split("\n")
    position = int(index[len("index ") :])
    need((form, index) == ("c2sp.org/tlog-proof@v1", f"index {position}"), "the form of the proof")
    text, _, line = note.decode().rpartition("\n\n")
    origin, size, root = text.split("\n")
    need(origin == said["log"].partition("+")[0] and str(int(size)) == size, "a head of the log")
    public, signature = note_signature(line, said["log"], 1)
    need(signed(public, f"{text}\n".encode(), signature), "the log's signature under its head")
    hashes = [unbase64(each) for each in path]
    need(all(len(each) == 32 for each in hashes) and 0 <= position < int(size), "the proof's form")
    found = tree_root(sha256(b"\0" + entry), position, int(size), hashes)
    need(found == unbase64(root), "the entry is in the log")
    print(f"- the entry has the number {position} in the log, which signed its first {size} as one")
    return f"{text}\n"


def openssl(*words: str) -> str:
    """What openssl prints, if it is content."""
    done = subprocess.run(["openssl", *words], capture_output=True, check=False)  # noqa: S603, S607 - openssl is what we need, and the words are ours
    return "" if done.returncode else done.stdout.decode("utf-8", "replace")


def check_stamp(here: Path, name: str, roots: str | None) -> None:
    """An authority stamped that head (RFC 3161), by certificates that were valid at that time."""
    stamp, chain = str(here / name), str(here / name.replace(".tsr", ".pem"))
    stated = re.search(
        r"^Time stamp: (\w+ +\d+ [\d:]+)(?:\.\d+)? (\d+) GMT$",
        openssl("ts", "-reply", "-text", "-in", stamp),
        re.MULTILINE,
    )
    need(stated, "the form of the time stamp " + name)
    assert stated  # noqa: S101 - needed above
    when = time.strptime(" ".join(stated.groups()), "%b %d %H:%M:%S %Y")
    command = ["ts", "-verify", "-in", stamp, "-untrusted", chain]
    command += ["-attime", str(calendar.timegm(when)), "-CAfile"]
    head, asked = str(here / "checkpoint"), str(here / name.replace(".tsr", ".tsq"))
    need(openssl(*command, chain, "-data", head), "the time stamp " + name)
    need(openssl(*command, chain, "-queryfile", asked), "the request of the time stamp " + name)
    day = time.strftime("%Y-%m-%d %H:%M UTC", when)
    print(f"- by the time stamp {name} that was there at {day},")
    if roots is None:
        print("  NOT CHECKED HERE: whose stamp it is; --roots names those whom you believe")
    elif openssl(*command, roots, "-data", head):
        print("  by an authority under the roots given")
    else:
        print("  NOT CHECKED HERE: whose stamp it is; it is under none of the roots given")


def check_outside(here: Path, said: dict[str, Any], head: str, roots: str | None) -> None:
    """Witnesses and authorities saw that head; OpenTimestamps has a program of its own."""
    outside = {name for name in said["files"] if name.startswith("outside/")}
    keys = said.get("witnesses", {})
    need(set(keys) == {name for name in outside if ".cosig." in name}, "a key for each witness")
    for name in sorted(outside):
        if name.endswith(".tsr"):
            check_stamp(here, name, roots)
        if name.endswith(".ots"):
            print(f"- NOT CHECKED HERE: ots verify -f checkpoint {name}")
        if name not in keys:
            continue
        public, data = note_signature((here / name).read_bytes().decode(), keys[name], 4)
        seconds = int.from_bytes(data[:8], "big")
        message = f"cosignature/v1\ntime {seconds}\n{head}".encode()
        need(seconds < 253402300800 and signed(public, message, data[8:]), "a witness: " + name)
        day = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))
        print(f"- a witness saw that at {day}, by the key\n  {keys[name]}")


def check(here: Path, archive: str | None, log: str | None, roots: str | None) -> None:
    """Check all of one folder."""
    data = (here / "proof.json").read_bytes()
    said = json.loads(data)
    need(compact(said) == data and said["v"] == 1, "the form of proof.json")
    need(set(said) | {"event", "witnesses"} == KEYS, "the keys of proof.json")
    need(archive in (None, said["archive"]), "it is of the archive " + str(archive))
    need(log in (None, said["log"]), "it is of the log " + str(log))
    entry = check_entry(here, said, check_files(here, said))
    check_outside(here, said, check_log(here, said, entry), roots)
    print(f"All of it holds, for the archive\n  {said['archive']}\nand its log\n  {said['log']}")


def main() -> None:
    """Check all of it."""
    parser = argparse.ArgumentParser(description="Checks the folder that it lies in.")
    parser.add_argument("--archive", help="the archive's id, as the organisation has published it")
    parser.add_argument("--log", help="the log's key, as the organisation has published it")
    parser.add_argument("--roots", help="root certificates of authorities whose stamps you believe")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    wanted = parser.parse_args()
    folders = [wanted.folder]
    if not (wanted.folder / "proof.json").exists():
        folders = sorted(each.parent for each in wanted.folder.rglob("proof.json"))
        need(folders, "a proof.json is here, or in a folder within")
    for each in folders:
        if each != wanted.folder:
            print(f"\n{each}")
        check(each, wanted.archive, wanted.log, wanted.roots)
    if folders != [wanted.folder]:
        print(f"\nAll {len(folders)} of them hold.")
    if None in (wanted.archive, wanted.log):
        print("Compare both with what the organisation has published.")


if __name__ == "__main__":
    try:
        main()
    except (AttributeError, KeyError, IndexError, OSError, TypeError, ValueError) as error:
        sys.exit(f"DOES NOT HOLD: the form of a file ({error!r})")
