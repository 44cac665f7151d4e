"""A verifier from docs/format.md alone: Python's standard library, openssl and sha256sum.

    python3 standalone.py ARCHIVE

Nothing of Sviedka is imported. Exit status 0 only if the ledger and all objects hold.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ED25519 = bytes.fromhex("302a300506032b6570032100")
ROOT = Path(sys.argv[1])
LEDGER = ROOT / "ledger"


def need(holds, what):
    if not holds:
        sys.exit(what)


def sha256(data):
    return hashlib.sha256(data).digest()


def signed(public, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("key", ED25519 + public), ("text", message), ("sig", signature)):
            (Path(folder) / name).write_bytes(data)
        words = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -in text -sigfile"
        command = [*words.split(), "sig"]
        return not subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def tree_root(leaves):
    row = leaves
    while len(row) > 1:
        pairs = [sha256(b"\1" + row[at] + row[at + 1]) for at in range(0, len(row) - 1, 2)]
        row = pairs + row[len(pairs) * 2 :]
    return row[0]


def tile(level, index, width):
    groups = f"{index:03}"
    groups = groups.zfill(-(-len(groups) // 3) * 3)
    parts = [groups[at : at + 3] for at in range(0, len(groups), 3)]
    name = "/".join([*("x" + part for part in parts[:-1]), parts[-1]])
    return LEDGER / "tile" / level / (name if width == 256 else f"{name}.p/{width}")


def bundled(size):
    for start in range(0, size, 256):
        width = min(size - start, 256)
        data, hashes = tile("entries", start // 256, width).read_bytes(), b""
        while data:
            length = 2 + int.from_bytes(data[:2], "big")
            yield data[2:length]
            hashes += sha256(b"\0" + data[2:length])
            data = data[length:]
        need(tile("0", start // 256, width).read_bytes() == hashes, f"tile over entry {start}")


def check_entry(entry, archive, members, chains):
    parsed = json.loads(entry)
    body = parsed["body"]
    raw = entry[len(b'{"body":') : entry.rindex(b',"signatures":')]
    key = members[body["device"]] if members else None
    if body["kind"] == "found":
        members.update({each["device"]: each["sign"] for each in body["data"]["members"]})
        key = members[body["device"]]
    need(body["kind"] == "found" or body["archive"] == archive, "archive")
    first = parsed["signatures"][0]
    need(first["key"] == body["device"], "author")
    value = base64.b64decode(first["value"])
    need(signed(base64.b64decode(key), b"sviedka/entry/v1\n" + raw, value), "signature")
    seq, prev = chains.get(body["device"], (0, "0" * 64))
    need((body["seq"], body["prev"]) == (seq, prev), "chain")
    chains[body["device"]] = (seq + 1, sha256(b"\0" + entry).hex())
    if body["kind"] == "member" and "add" in body["data"]:
        added = body["data"]["add"]
        members[added["device"]] = added["sign"]
    return body


def check_objects(bodies):
    gone, named = set(), {}
    for body in bodies:
        for each in body.get("objects", ()):
            place = (body["case"], body["facet"]) if body["kind"] == "content" else None
            named[each["hash"]] = (each["size"], place)
        for what in body["data"]["what"] if body["kind"] == "destroy" else ():
            gone |= {each["hash"] for each in what.get("objects", ())}
            if "objects" not in what:
                gone.add((what["case"], what["facet"]))
    lines = []
    for name, (size, place) in named.items():
        if name not in gone and place not in gone:
            path = ROOT / "objects" / name[:2] / name
            need(path.is_file() and path.stat().st_size == size, f"object {name}")
            lines.append(f"{name}  {path}\n")
    command = ["sha256sum", "-c", "--quiet"]
    done = subprocess.run(command, input="".join(lines).encode(), check=False)
    need(not done.returncode, "objects")


def main():
    text, _, line = (LEDGER / "checkpoint").read_bytes().decode().rpartition("\n\n")
    origin, size, root = text.split("\n")
    entries = list(bundled(int(size)))
    leaves = [sha256(b"\0" + entry) for entry in entries]
    need(len(entries) == int(size) and tree_root(leaves) == base64.b64decode(root), "root")
    members, chains, log, bodies = {}, {}, "", []
    for entry in entries:
        body = check_entry(entry, leaves[0].hex(), members, chains)
        log = body["data"]["log"] if body["kind"] == "found" else log
        log = body["data"]["to"] if body["kind"] == "handover" else log
        bodies.append(body)
    name, key_id, material = log.split("+", 2)
    value = base64.b64decode(line.removeprefix(f"\u2014 {name} "))
    need(name == origin and value[:4].hex() == key_id, "log key")
    public = base64.b64decode(material)[1:]
    need(signed(public, f"{text}\n".encode(), value[4:]), "head")
    toml = (ROOT / "archive.toml").read_text().splitlines()
    need(f'archive = "{leaves[0].hex()}"' in toml, "archive.toml")
    check_objects(bodies)


main()
