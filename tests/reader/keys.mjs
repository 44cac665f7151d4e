// Where keys come from (format.md §7): this device's files, or the recovery key with a key backup.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openWithPassphrase, openWithSeed, seedOf } from "./age.mjs";
import { base64, canonical, json, need, read } from "./bytes.mjs";
import { deviceId } from "./entries.mjs";
import { expand, extract, open, sealKey } from "./hpke.mjs";
import { publicKey, signed } from "./note.mjs";

const LIMIT = 1 << 24; // bytes of a file with keys; a bound of this reader's own
const SUITE = "suite mlkem768x25519-hkdfsha256-chacha20poly1305";

/** Keys of this device: `{device, key, seal, outer, head, seq}`. */
export async function deviceKeys(folder, archive, passphraseFile) {
  const place = join(folder, archive.slice(0, 32));
  const passphrase = readFileSync(passphraseFile, "utf8").replace(/\r?\n$/, "");
  const file = read(join(place, "device.age"), "device.age", LIMIT);
  const device = json(await openWithPassphrase(file, passphrase, "device.age"), "device.age");
  need(device.archive === archive && device.v === 1, "device.age", "of another archive or version");
  const seal = base64(device.seal, "device.age", 32);
  const key = publicKey(base64(device.sign, "device.age", 32));
  const state = read(join(place, "state.age"), "state.age", LIMIT);
  const payload = await openWithSeed(state, seal, "state.age");
  const message = Buffer.concat([Buffer.from("sviedka/state/v1\n"), payload.subarray(64)]);
  need(signed(key, message, payload.subarray(0, 64)), "state.age", "not signed by this device");
  const { head, outer, seq = 0, ...rest } = json(payload.subarray(64), "state.age");
  need(rest.archive === archive && rest.device === deviceId(key), "state.age", "of another device");
  return { device: rest.device, key, seal, outer: new Map(Object.entries(outer ?? {})), head, seq };
}

/** The same from the recovery key and a key backup; there is no head to compare with. */
export async function recoveryKeys(keyFile, backupFile, archive) {
  const seal = seedOf(readFileSync(keyFile, "utf8"), "recovery key");
  const sign = expand(extract(Buffer.alloc(0), seal), Buffer.from("sviedka/recovery/sign/v1"), 32);
  const key = publicKey(sign);
  const file = read(backupFile, "key backup", LIMIT);
  const backup = canonical(await openWithSeed(file, seal, "key backup"), "key backup");
  need(backup.archive === archive && backup.v === 1, "key backup", "of another archive or version");
  return { device: deviceId(key), key, seal, outer: new Map(Object.entries(backup.outer ?? {})) };
}

/** The facet's key out of a grant file, both locks undone; undefined if we do not hold the keys. */
export function openGrant(keys, file, facet, where) {
  const name = `${file.case}/${file.facet}/${file.epoch}`;
  const ours = file.grants.find(({ device }) => device === keys.device);
  const outer = keys.outer.get(name);
  if (!ours || !outer) return undefined;
  const outerSeed = base64(outer, name, 32);
  need(sealKey(outerSeed).equals(facet.outer), name, "an outer key that is not the declared one");
  const lines = ["sviedka/grant/v1", SUITE, `archive ${file.archive}`, `case ${file.case}`];
  lines.push(`facet ${file.facet}`, `epoch ${file.epoch}`, `device ${keys.device}`);
  const info = (lock) => [...lines, `lock ${lock}`, ""].join("\n");
  const inner = open(outerSeed, info("outer"), base64(ours.sealed, where), where);
  need(inner, where, "the outer lock does not open");
  const seed = open(keys.seal, info("inner"), inner, where);
  need(seed, where, "the inner lock does not open");
  need(sealKey(seed).equals(facet.recipient), where, "holds a key that is not the declared one");
  return seed;
}

/** The sealed part of an entry (§3.4). */
export function openSealed(seed, archive, { device, sealed, seq, where }) {
  const lines = [
    "sviedka/sealed/v1",
    SUITE,
    `archive ${archive}`,
    `device ${device}`,
    `seq ${seq}`,
  ];
  const text = open(seed, [...lines, ""].join("\n"), base64(sealed, where), where);
  need(text, where, "the sealed part does not open");
  need(text.length % 512 === 0, where, "the sealed part is not padded");
  return json(text, where);
}
