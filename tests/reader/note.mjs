// Ed25519, and C2SP signed-note, tlog-checkpoint and tlog-cosignature.
import { createPrivateKey, createPublicKey, verify } from "node:crypto";
import { base64, hex, need, sha256, utf8 } from "./bytes.mjs";

const LOG = 0x01; // Ed25519 over the note's text
const WITNESS = 0x04; // Ed25519 over a cosigned checkpoint
const SEED = Buffer.from("302e020100300506032b657004220420", "hex"); // PKCS #8, RFC 8410

export function signed(key, message, signature) {
  const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(key).toString("base64url") };
  return verify(null, message, createPublicKey({ key: jwk, format: "jwk" }), signature);
}

/** The public key that belongs to an Ed25519 seed. */
export function publicKey(seed) {
  const key = Buffer.concat([SEED, seed]);
  const secret = createPrivateKey({ key, format: "der", type: "pkcs8" });
  return Buffer.from(createPublicKey(secret).export({ format: "jwk" }).x, "base64url");
}

/** A verifier key `<name>+<key id>+<base64 of type and key>`. */
export function verifier(text, where) {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  need(parts, where, "not a verifier key");
  const [, name, id, encoded] = parts;
  const key = base64(encoded, where, 33);
  need(hex(sha256(`${name}\n`, key).subarray(0, 4)) === id, where, "the key has another id");
  need([LOG, WITNESS].includes(key[0]), where, "a key of a sort that is not known");
  return { text, name, id, type: key[0], key: key.subarray(1) };
}

/** One signature line `— <name> <base64 of key id and signature>`. */
export function signatureLine(line, where) {
  const parts = /^\u2014 ([^\s+]+) (\S+)$/.exec(line);
  need(parts, where, "not a signature line");
  const bytes = base64(parts[2], where);
  return { name: parts[1], id: hex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
}

/** A checkpoint of exactly three lines with exactly one signature. Who signed is judged later. */
export function checkpoint(bytes, where) {
  const text = utf8(bytes, where);
  const parts = /^(([^\n]+)\n(0|[1-9][0-9]{0,15})\n([^\n]+)\n)\n([^\n]+)\n$/.exec(text);
  need(parts, where, "not a checkpoint of three lines and one signature");
  const [, body, origin, size, root, line] = parts;
  const note = { where, body, origin, size: Number(size), root: base64(root, where, 32) };
  return { ...note, signature: signatureLine(line, where) };
}

export function isSignedBy({ body, origin, signature }, log) {
  return (
    log.type === LOG &&
    [origin, signature.name].every((name) => name === log.name) &&
    signature.id === log.id &&
    signature.signature.length === 64 &&
    signed(log.key, Buffer.from(body), signature.signature)
  );
}

export function isCosignedBy({ body }, { name, id, signature }, witness) {
  if (witness.type !== WITNESS || name !== witness.name || id !== witness.id) return false;
  if (signature.length !== 72) return false;
  const time = signature.readBigUInt64BE(0);
  const message = Buffer.from(`cosignature/v1\ntime ${time}\n${body}`);
  return signed(witness.key, message, signature.subarray(8));
}
