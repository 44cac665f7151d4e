// The log as it lies on disk (format.md §4.1–4.3): checkpoint, tiles, journal.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { need, read, sha256 } from "./bytes.mjs";
import { leafHash, root, Tree } from "./merkle.mjs";
import { checkpoint } from "./note.mjs";

const WIDTH = 256; // hashes a tile, entries a bundle
const ENTRY = 65535; // bytes of an entry: its length in a bundle is a u16
const JOURNAL = 1 << 30; // bytes; a bound of this reader's own
const HEADER = 12;

/** Entries in order, the tree over them, and the newest checkpoint. */
export function readLedger(folder) {
  const newest = checkpoint(read(join(folder, "checkpoint"), "checkpoint", 4096), "checkpoint");
  const tree = new Tree();
  const entries = [];
  const add = (entry) => {
    entries.push(entry);
    tree.add(leafHash(entry));
  };
  for (const name of tileNames("entries", newest.size)) {
    bundle(read(join(folder, name), name, WIDTH * (ENTRY + 2)), name).forEach(add);
  }
  need(
    entries.length === newest.size,
    "tile/entries",
    "not as many entries as the checkpoint says",
  );
  need(tree.roots[newest.size].equals(newest.root), "checkpoint", "another root than the entries'");
  checkHashes(folder, tree.leaves);
  if (existsSync(join(folder, "journal"))) {
    readJournal(read(join(folder, "journal"), "journal", JOURNAL), entries, add);
  }
  return { entries, tree, checkpoint: newest };
}

/** Names of the tiles that a level of `count` hashes (or entries) fills. */
function tileNames(level, count) {
  const names = [];
  for (let at = 0; at < count; at += WIDTH) {
    const width = Math.min(WIDTH, count - at);
    const partial = width < WIDTH ? `.p/${width}` : "";
    names.push(`tile/${level}/${tilePath(at / WIDTH)}${partial}`);
  }
  return names;
}

function tilePath(number) {
  const last = String(number % 1000).padStart(3, "0");
  let path = last;
  for (let rest = Math.floor(number / 1000); rest; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, "0")}/${path}`;
  }
  return path;
}

function bundle(bytes, where) {
  const entries = [];
  for (let at = 0; at < bytes.length;) {
    need(at + 2 <= bytes.length, where, "ends within an entry");
    const end = at + 2 + bytes.readUInt16BE(at);
    need(end <= bytes.length, where, "ends within an entry");
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}

/** Every hash tile holds what the entries give. */
function checkHashes(folder, leaves) {
  for (let level = 0, hashes = leaves; hashes.length; level += 1) {
    tileNames(level, hashes.length).forEach((name, number) => {
      const those = Buffer.concat(hashes.slice(number * WIDTH, (number + 1) * WIDTH));
      need(read(join(folder, name), name, WIDTH * 32).equals(those), name, "other hashes");
    });
    const above = [];
    for (let at = 0; at + WIDTH <= hashes.length; at += WIDTH) {
      above.push(root(hashes.slice(at, at + WIDTH)));
    }
    hashes = above;
  }
}

function readJournal(bytes, entries, add) {
  need(bytes.subarray(0, 4).toString("latin1") === "SVJ1", "journal", "not a journal");
  need(bytes.length >= HEADER, "journal", "ends within its header");
  let position = Number(bytes.readBigUInt64BE(4));
  need(position <= entries.length, "journal", "begins after the end of the tiles");
  for (const entry of records(bytes.subarray(HEADER), "journal")) {
    if (position < entries.length) {
      need(
        entries[position].equals(entry),
        "journal",
        `position ${position} is not that of the tiles`,
      );
    } else add(entry);
    position += 1;
  }
}

/** The entries of a journal or of a file of an outbox; one that the end cuts off is dropped. */
export function records(bytes, where) {
  const found = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    need(length >= 1 && length <= ENTRY, where, "an entry of an impossible length");
    const end = at + 36 + length;
    if (end > bytes.length) break;
    const entry = bytes.subarray(at + 36, end);
    need(
      sha256(entry).equals(bytes.subarray(at + 4, at + 36)),
      where,
      "an entry with a wrong hash",
    );
    found.push(entry);
    at = end;
  }
  return found;
}
