// What lies in an archive folder (format.md §1), against what its entries account for.
import { existsSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Problem, hex, read, sha256 } from "./bytes.mjs";

const NAMED = [
  /^archive\.toml$/,
  /^index\.db(-wal|-shm|-journal)?$/,
  /^ledger\/(checkpoint|journal)$/,
  /^ledger\/tile\/([0-9]|[1-5][0-9]|6[0-3]|entries)\/(x\d{3}\/)*\d{3}(\.p\/[1-9]\d{0,2})?$/,
  /^ledger\/checkpoints\/\d{1,16}(\.[0-9A-Za-z_-]{1,64}){0,3}$/,
  /^(objects|grants)\/([0-9a-f]{2})\/\2[0-9a-f]{62}$/,
  /^outbox\/\d{10}(\.[0-9a-f]{16}\.withdrawn)?$/,
];
const FOLDERS = [
  /^(ledger|ledger\/tile|ledger\/checkpoints|objects|grants|outbox)$/,
  /^ledger\/tile\/(\d+|entries)(\/x\d{3})*(\/\d{3}\.p)?$/,
  /^(objects|grants)\/[0-9a-f]{2}$/,
];

/** Files that the format does not name. Those that end in .tmp are interrupted writes. */
export function foreign(archive) {
  return walk(archive, "").map((name) => new Problem(name, "is foreign to the format"));
}

function walk(archive, under) {
  return readdirSync(join(archive, under)).flatMap((last) => {
    const name = under ? `${under}/${last}` : last;
    const found = lstatSync(join(archive, name));
    const isNamed = (patterns) => patterns.some((pattern) => pattern.test(name));
    if (found.isDirectory() && isNamed(FOLDERS)) return walk(archive, name);
    return found.isFile() && (last.endsWith(".tmp") || isNamed(NAMED)) ? [] : [name];
  });
}

/** A file named by the SHA-256 of its bytes, under objects/ or grants/. */
export function readNamed(archive, folder, name, limit) {
  const where = `${folder}/${name.slice(0, 2)}/${name}`;
  const bytes = read(join(archive, where), where, limit);
  if (hex(sha256(bytes)) !== name)
    throw new Problem(where, "does not have the hash that is its name");
  return bytes;
}

export const isThere = (archive, folder, name) =>
  existsSync(join(archive, folder, name.slice(0, 2), name));

/** The exact text of archive.toml (§3.2). */
export const about = ({ archive, origin, zone }) =>
  `# A Sviedka archive. This file repeats the first entry of its ledger, for people; docs/format.md explains the rest.
format = 1
archive = "${archive}"
origin = "${origin}"
zone = "${zone}"
`;
