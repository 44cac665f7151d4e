// Reads a Sviedka archive by docs/format.md alone, checks it, and prints what it holds as JSON.
//
//   node reader.mjs ARCHIVE                                    what can be checked without keys
//   node reader.mjs ARCHIVE --home FOLDER --passphrase FILE    as the device whose keys lie there
//   node reader.mjs ARCHIVE --recovery FILE --backup FILE      with the recovery key and a key backup
//
// Ends with 0 only if there is no problem.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hex, need, Problem, read, sha256 } from "./bytes.mjs";
import { checkSealed, openContents, openGrants } from "./contents.mjs";
import { about, foreign } from "./folder.mjs";
import { deviceKeys, recoveryKeys } from "./keys.mjs";
import { readLedger, records } from "./ledger.mjs";
import { leafHash } from "./merkle.mjs";
import { checkpoint, isCosignedBy, isSignedBy, signatureLine } from "./note.mjs";
import { COMMONS, Rules } from "./rules.mjs";

const KEPT = 1 << 20; // bytes of a file beside a kept head; a bound of this reader's own
const OUTBOX = 1 << 28; // bytes (§8.1)

async function readArchive(archive, options) {
  const problems = [];
  const result = { archive: null, head: null, members: [], waiting: 0, cases: {}, problems };
  /** Run a check; what it finds is told, and the rest goes on. */
  const tell = async (check) => {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  problems.push(...foreign(archive).map(({ message }) => message));
  const rules = await tell(() => {
    const ledger = readLedger(join(archive, "ledger"));
    need(ledger.entries.length > 0, "ledger", "has no entries");
    const judged = new Rules(ledger);
    checkHead(ledger.checkpoint, judged);
    return judged;
  });
  if (!rules) return result; // a ledger that does not hold accounts for nothing
  const { tree } = rules;
  result.archive = rules.archive;
  result.head = { size: tree.leaves.length, root: hex(tree.roots.at(-1)) };
  result.members = [...rules.members.values()].map(({ device, roles }) => ({ device, roles }));
  await tell(() => {
    const text = read(join(archive, "archive.toml"), "archive.toml", 4096).toString("utf8");
    need(text === about(rules), "archive.toml", "does not repeat entry 0");
  });
  for (const [file, hash] of rules.kept) await tell(() => checkKept(archive, file, hash, rules));
  result.waiting = (await tell(() => takeOutbox(archive, rules))) ?? 0;
  const keys = await tell(() => keysFrom(options, rules));
  const seeds = openGrants(archive, rules, keys, tell);
  checkSealed(rules, seeds, tell);
  result.cases = laidOut(rules, seeds);
  const witnesses = [];
  for (const each of await openContents(archive, rules, seeds, tell)) {
    if (each.case === COMMONS && each.facet === "evidence") witnesses.push(...each.witnesses);
    const facet = result.cases[each.case][each.facet];
    if (facet.destroyed) continue;
    facet.records.push(...each.records);
    facet.items.push(...each.items);
  }
  for (const file of [...rules.kept.keys()].filter((name) => name.includes(".cosig."))) {
    await tell(() => checkCosignature(archive, file, witnesses));
  }
  return result;
}

function checkHead(head, rules) {
  const { where, size, root } = head;
  need(size < rules.tree.roots.length, where, "of more entries than there are");
  need(rules.tree.roots[size].equals(root), where, "another root than the entries'");
  const isSigned = rules.signersOf(size).some((log) => isSignedBy(head, log));
  need(isSigned, where, "not signed by the log key in force");
}

function checkKept(archive, file, hash, rules) {
  const where = `ledger/checkpoints/${file}`;
  const bytes = read(join(archive, where), where, KEPT);
  need(hex(sha256(bytes)) === hash, where, "is not what was kept");
  if (/^\d+$/.test(file)) checkHead(checkpoint(bytes, where), rules);
}

/** A cosignature is by the key that its name says; if that is of a witness we know, it holds. */
function checkCosignature(archive, file, witnesses) {
  const where = `ledger/checkpoints/${file}`;
  const [size, , id] = file.split(".");
  const line = read(join(archive, where), where, KEPT).toString("utf8");
  const cosignature = signatureLine(line.replace(/\n$/, ""), where);
  need(cosignature.id === id, where, "is by another key than its name says");
  const head = read(join(archive, "ledger/checkpoints", size), where, KEPT);
  const known = witnesses.find((key) => key.id === id && key.name === cosignature.name);
  const isHeld = !known || isCosignedBy(checkpoint(head, where), cosignature, known);
  need(isHeld, where, "is not by the witness whose key it names");
}

/** Entries that wait in the outbox continue those of the log; returns how many there are. */
function takeOutbox(archive, rules) {
  const folder = join(archive, "outbox");
  const files = existsSync(folder)
    ? readdirSync(folder).filter((name) => /^\d{10}$/.test(name))
    : [];
  const size = rules.tree.leaves.length;
  const known = new Set(rules.tree.leaves.map(hex));
  let waiting = 0;
  for (const name of files.sort()) {
    const where = `outbox/${name}`;
    const entries = records(read(join(archive, where), where, OUTBOX), where);
    need(entries.length > 0, where, "has no entry");
    for (const entry of entries.filter((each) => !known.has(hex(leafHash(each))))) {
      rules.take(entry, size + waiting, leafHash(entry));
      waiting += 1;
    }
  }
  return waiting;
}

async function keysFrom({ home, passphrase, recovery, backup }, rules) {
  if (!home && !recovery) return undefined;
  const keys = home
    ? await deviceKeys(home, rules.archive, passphrase)
    : await recoveryKeys(recovery, backup, rules.archive);
  const member = rules.members.get(keys.device);
  need(member?.key.equals(keys.key), "keys", "of a device that is not a member");
  if (keys.head) {
    const known = rules.tree.roots[keys.head.size];
    need(
      known && hex(known) === keys.head.root,
      "ledger",
      "does not continue what this device knew",
    );
    need(rules.written(keys.device) >= keys.seq, "ledger", "lacks entries that this device wrote");
  }
  return keys;
}

/** Every case and facet that was declared, still empty. */
function laidOut(rules, seeds) {
  const cases = {};
  for (const [id, facets] of rules.cases) {
    cases[id] = {};
    for (const [name, { epochs, isDestroyed }] of facets) {
      const numbers = epochs.map((_, at) => at + 1);
      const closed = numbers.filter((epoch) => !seeds.has(`${id}/${name}/${epoch}`));
      const facet = { epochs: numbers, records: [], items: [] };
      if (isDestroyed) facet.destroyed = true;
      else if (closed.length) facet.closed = closed;
      cases[id][name] = facet;
    }
  }
  return cases;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(
    ["home", "passphrase", "recovery", "backup"].map((name) => [name, { type: "string" }]),
  ),
});
const result = await readArchive(positionals[0], values);
console.log(JSON.stringify(result, null, 1));
process.exitCode = result.problems.length ? 1 : 0;
