// node age.mjs generate                     → identity, newline, recipient
// node age.mjs encrypt RECIPIENT < plaintext > ciphertext
// node age.mjs decrypt IDENTITY < ciphertext > plaintext
import { readFileSync, writeFileSync } from "node:fs";
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto; // Node 18, as in Debian 12, keeps it in a module
const age = await import("age-encryption");

const [command, key] = process.argv.slice(2);
let output;
if (command === "generate") {
  const identity = await age.generateHybridIdentity();
  output = `${identity}\n${await age.identityToRecipient(identity)}\n`;
} else if (command === "encrypt") {
  const encrypter = new age.Encrypter();
  encrypter.addRecipient(key);
  output = await encrypter.encrypt(new Uint8Array(readFileSync(0)));
} else if (command === "decrypt") {
  const decrypter = new age.Decrypter();
  decrypter.addIdentity(key);
  output = await decrypter.decrypt(new Uint8Array(readFileSync(0)));
} else {
  throw new Error(`unknown command ${command}`);
}
writeFileSync(1, output);
