// A batch (format.md §6): framing, padding, records, root.
import { hex, need, sorted } from "./bytes.mjs";
import { leafHash, root } from "./merkle.mjs";

const MAGIC = "sviedka.batch.1\n";
const RECORD = 1 << 20;
const BATCH = 16 << 20;

/** Length to which n bytes are padded. */
export function padded(n) {
  if (n <= 4096) return 4096;
  const e = Math.floor(Math.log2(n));
  const s = Math.floor(Math.log2(e)) + 1;
  const step = 2 ** (e - s);
  return Math.ceil(n / step) * step;
}

/** The records of a payload, `{id, kind, fields}`, and how many were removed. */
export function parseBatch(payload, wantedRoot, where) {
  need(payload.subarray(0, 16).toString("latin1") === MAGIC, where, "not a batch");
  need(payload.length >= 4096 && payload.length <= BATCH, where, "of a size that no batch has");
  const count = payload.readUInt32BE(16);
  need(count >= 1 && count <= 65536, where, "no records, or too many");
  const leaves = [];
  const records = [];
  let at = 20;
  const take = (length) => {
    need(at + length <= payload.length, where, "ends within a record");
    at += length;
    return payload.subarray(at - length, at);
  };
  for (let number = 0; number < count; number += 1) {
    const sort = take(1)[0];
    need(sort <= 1, where, "a sort of record that is not known");
    if (sort === 0) {
      leaves.push(take(32));
      continue;
    }
    const length = take(4).readUInt32BE(0);
    need(length <= RECORD, where, "a record that is too long");
    const leaf = leafHash(take(32 + length));
    leaves.push(leaf);
    const bytes = payload.subarray(at - length, at);
    records.push({ number, ...parseRecord(bytes, hex(leaf), `${where} record ${number}`) });
  }
  need(payload.length === padded(at), where, "padded to another length");
  need(
    payload.subarray(at).every((byte) => byte === 0),
    where,
    "padded with something",
  );
  need(hex(root(leaves)) === wantedRoot, where, "another root than its entry says");
  return { records, removed: count - records.length };
}

function parseRecord(bytes, id, where) {
  const fields = sorted(bytes, where);
  need(typeof fields?.kind === "string" && Number.isInteger(fields.v), where, "no kind or version");
  return { id, kind: fields.kind, fields };
}
