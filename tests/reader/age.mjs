// age v1 files, by npm's age-encryption.
import { webcrypto } from "node:crypto";
import { need, Problem } from "./bytes.mjs";

globalThis.crypto ??= webcrypto; // Node 18 keeps it in a module
const { Decrypter } = await import("age-encryption");
const { bech32 } = await import("@scure/base");

const HRP = "age-secret-key-pq-";

export const identity = (seed) => bech32.encodeFromBytes(HRP, seed).toUpperCase();

/** The seed of `AGE-SECRET-KEY-PQ-1…` as it is written on a sheet: spaces and case do not matter. */
export function seedOf(text, where) {
  const { prefix, bytes } = bech32.decodeToBytes(text.replace(/\s/g, "").toLowerCase());
  need(prefix === HRP && bytes.length === 32, where, "not an AGE-SECRET-KEY-PQ-1…");
  return Buffer.from(bytes);
}

/** The arguments of each stanza: the header's lines that begin with an arrow. */
function stanzas(file) {
  const header = file.subarray(0, file.indexOf("\n---") + 1).toString("latin1");
  return [...header.matchAll(/^-> (.*)$/gm)].map(([, words]) => words.split(" "));
}

async function decrypt(file, where, sort, prepare) {
  const found = stanzas(file).map(([name]) => name);
  need(found.length === 1 && found[0] === sort, where, `not an age file with one ${sort} stanza`);
  const decrypter = new Decrypter();
  prepare(decrypter);
  try {
    return Buffer.from(await decrypter.decrypt(file));
  } catch (error) {
    throw new Problem(where, `does not open (${error.message})`);
  }
}

export const openWithSeed = (file, seed, where) =>
  decrypt(file, where, "mlkem768x25519", (d) => d.addIdentity(identity(seed)));

export const openWithPassphrase = (file, passphrase, where) =>
  decrypt(file, where, "scrypt", (d) => d.addPassphrase(passphrase.normalize("NFC")));
