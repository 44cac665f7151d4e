// Bytes, hashes, canonical JSON (format.md §2), and what is said when something is wrong.
import { createHash } from "node:crypto";
import { lstatSync, readFileSync } from "node:fs";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const DEEPEST = 8; // levels of nesting; no file of the format has more
const PLAIN = /^[ !#-[\]-~]*$/; // 0x20–0x7E without " and \

/** Something in the archive that is not as the format says. */
export class Problem extends Error {
  constructor(where, what) {
    super(`${where}: ${what}`);
  }
}

export function need(holds, where, what) {
  if (!holds) throw new Problem(where, what);
}

export const hex = (bytes) => Buffer.from(bytes).toString("hex");

export function sha256(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** RFC 4648 §4 with padding, in the one spelling that encoding gives. */
export function base64(text, where, length) {
  const bytes = Buffer.from(text, "base64");
  need(bytes.toString("base64") === text, where, "not base64");
  need(length === undefined || bytes.length === length, where, `not ${length} bytes`);
  return bytes;
}

export function utf8(bytes, where) {
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem(where, "not UTF-8");
  }
}

export function json(bytes, where) {
  const text = utf8(bytes, where);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Problem(where, "not JSON");
  }
}

/** Parse canonical JSON: the same bytes again when written anew, and every value a plain one. */
export function canonical(bytes, where) {
  const value = sorted(bytes, where);
  checkPlain(value, where);
  return value;
}

/** Parse compact JSON with sorted keys: writing it anew gives the same bytes. */
export function sorted(bytes, where) {
  const value = json(bytes, where);
  const again = Buffer.from(JSON.stringify(inOrder(value, where, 0)));
  need(again.equals(bytes), where, "not compact JSON with sorted keys");
  return value;
}

function inOrder(value, where, depth) {
  need(depth <= DEEPEST, where, "nested too deep");
  if (typeof value !== "object" || value === null) return value;
  const inner = (each) => inOrder(each, where, depth + 1);
  if (Array.isArray(value)) return value.map(inner);
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, inner(value[key])]));
}

function checkPlain(value, where) {
  if (typeof value === "object" && value !== null) {
    const parts = Array.isArray(value) ? value : Object.entries(value).flat();
    parts.forEach((each) => checkPlain(each, where));
  } else if (typeof value === "string") {
    need(PLAIN.test(value), where, "a string with characters that are not plain");
  } else {
    need(Number.isSafeInteger(value) && value >= 0, where, `${value} has no place here`);
  }
}

/** A file's bytes, not more than `limit`. */
export function read(path, where, limit) {
  const found = lstatSync(path, { throwIfNoEntry: false });
  need(found !== undefined, where, "is missing");
  need(found.isFile(), where, "is not a file");
  need(found.size <= limit, where, "is too large");
  return readFileSync(path);
}
