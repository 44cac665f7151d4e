// HPKE (RFC 9180) base mode with ML-KEM-768 + X25519, HKDF-SHA256, ChaCha20-Poly1305 (§7.4).
import { createDecipheriv, createHmac } from "node:crypto";
import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { need } from "./bytes.mjs";

const ENCAPSULATION = 1120;
const TAG = 16;
const SUITE = Buffer.concat([Buffer.from("HPKE"), Buffer.from("647a00010003", "hex")]);
const NOTHING = Buffer.alloc(0);

const hmac = (key, ...parts) => {
  const made = createHmac("sha256", key);
  parts.forEach((part) => made.update(part));
  return made.digest();
};

/** HKDF-SHA256 (RFC 5869) with at most one block of output. */
export const extract = (salt, secret) => hmac(salt.length ? salt : Buffer.alloc(32), secret);
export const expand = (key, info, length) => hmac(key, info, Buffer.of(1)).subarray(0, length);

const labeledExtract = (salt, label, ikm) =>
  extract(salt, Buffer.concat([Buffer.from("HPKE-v1"), SUITE, Buffer.from(label), ikm]));
const labeledExpand = (key, label, info, length) => {
  const start = Buffer.of(length >> 8, length & 255);
  const words = [start, Buffer.from("HPKE-v1"), SUITE, Buffer.from(label), info];
  return expand(key, Buffer.concat(words), length);
};

export const sealKey = (seed) => Buffer.from(MLKEM768X25519.getPublicKey(seed));

/** What was sealed to the key of `seed`; undefined if it does not open. */
export function open(seed, info, sealed, where) {
  need(sealed.length >= ENCAPSULATION + TAG, where, "is too short for what is sealed");
  const shared = MLKEM768X25519.decapsulate(sealed.subarray(0, ENCAPSULATION), seed);
  const psk = labeledExtract(NOTHING, "psk_id_hash", NOTHING);
  const told = labeledExtract(NOTHING, "info_hash", Buffer.from(info));
  const context = Buffer.concat([Buffer.of(0), psk, told]);
  const secret = labeledExtract(shared, "secret", NOTHING);
  const key = labeledExpand(secret, "key", context, 32);
  const nonce = labeledExpand(secret, "base_nonce", context, 12);
  return decrypt(key, nonce, sealed.subarray(ENCAPSULATION));
}

function decrypt(key, nonce, sealed) {
  const cipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: TAG });
  cipher.setAuthTag(sealed.subarray(-TAG));
  const text = cipher.update(sealed.subarray(0, -TAG));
  try {
    return Buffer.concat([text, cipher.final()]);
  } catch (error) {
    if (!/unable to authenticate/i.test(error.message)) throw error;
    return undefined;
  }
}
