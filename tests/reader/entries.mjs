// One entry: parsed, its signatures held (format.md §3).
import { base64, canonical, hex, need, sha256 } from "./bytes.mjs";
import { signed, verifier } from "./note.mjs";
import { checkEntry } from "./shapes.mjs";

const OPENING = '{"body":';
const MIDDLE = ',"signatures":';

export const deviceId = (key) => hex(sha256("sviedka/device/v1\n", key).subarray(0, 16));

/** The entry at a position: body, the exact bytes that were signed, signatures by key. */
export function parseEntry(bytes, position) {
  const where = `entry ${position}`;
  const value = canonical(bytes, where);
  checkEntry(value, where);
  const body = bytes.subarray(OPENING.length, bytes.lastIndexOf(MIDDLE));
  const message = Buffer.concat([Buffer.from("sviedka/entry/v1\n"), body]);
  const signatures = new Map(value.signatures.map(({ key, value: sig }) => [key, sig]));
  need(signatures.size === value.signatures.length, where, "two signatures by one key");
  need(value.signatures[0].key === value.body.device, where, "not signed by its author first");
  return { ...value.body, position, where, message, signatures };
}

/** Check every signature; `keys` are the Ed25519 keys of those who may sign it. */
export function checkSignatures(entry, keys) {
  for (const [id, value] of entry.signatures) {
    need(keys.has(id), entry.where, `signed by ${id}, whose signature it does not want`);
    const isHeld = signed(keys.get(id), entry.message, base64(value, entry.where));
    need(isHeld, entry.where, `the signature of ${id} does not hold`);
  }
}

/** A member as declared: its keys, checked against its id and its own proof. */
export function parseMember(declared, origin, where) {
  const { device, log = "", proof, roles, seal, sign } = declared;
  const key = base64(sign, where);
  need(deviceId(key) === device, where, "a device with another id than its key's");
  const isSorted = roles.every((role, at) => at === 0 || roles[at - 1] < role);
  need(isSorted, where, "roles that are not in order");
  const isRecovery = roles.includes("recovery");
  need(!isRecovery || roles.length === 1, where, "recovery beside another role");
  need(isRecovery === (log === ""), where, "a log key where there should be none, or none");
  if (log) need(verifier(log, where).name === origin, where, "a log key of another name");
  const message = Buffer.from(`sviedka/member/v1\n${origin}\n${seal}\n${log}\n`);
  need(signed(key, message, base64(proof, where)), where, "a proof that does not hold");
  return { device, key, log, roles, seal: base64(seal, where) };
}
