// What is sealed: grants, sealed parts, batches, items (format.md §3.4, §5–7).
import { openWithSeed } from "./age.mjs";
import { canonical, hex, need, sha256 } from "./bytes.mjs";
import { parseBatch } from "./batches.mjs";
import { isThere, readNamed } from "./folder.mjs";
import { openGrant, openSealed } from "./keys.mjs";
import { verifier } from "./note.mjs";
import { COMMONS } from "./rules.mjs";
import { checkGrantFile } from "./shapes.mjs";

const GRANTS = 2 << 20; // bytes of a grant file

/** Facet keys by `case/facet/epoch`; `tell` runs a check and notes the problem it finds. */
export function openGrants(archive, rules, keys, tell) {
  const seeds = new Map();
  for (const grant of rules.grants) {
    const facet = rules.cases.get(grant.case).get(grant.facet);
    tell(() => {
      const where = `grants/${grant.file}`;
      if (facet.isDestroyed) {
        need(!isThere(archive, "grants", grant.file), where, "was destroyed, and yet it is here");
        return;
      }
      const file = canonical(readNamed(archive, "grants", grant.file, GRANTS), where);
      checkGrantFile(file, where);
      const same = ["case", "epoch", "facet"].every((key) => file[key] === grant[key]);
      need(
        same && file.archive === rules.archive,
        where,
        "is of something else than its entry says",
      );
      const devices = file.grants.map(({ device }) => device);
      const isSet = devices.every((id, at) => at === 0 || devices[at - 1] < id);
      need(isSet, where, "its devices are not in order");
      need(
        devices.join() === grant.devices.join(),
        where,
        "is to other devices than its entry says",
      );
      const seed = keys && openGrant(keys, file, facet.epochs[grant.epoch - 1], where);
      if (seed) seeds.set(`${grant.case}/${grant.facet}/${grant.epoch}`, seed);
    });
  }
  return seeds;
}

export function checkSealed(rules, seeds, tell) {
  for (const { entry, audit } of rules.sealed) {
    const seed = seeds.get(`${COMMONS}/audit/${audit}`);
    if (seed) {
      tell(() => {
        const { event, time } = openSealed(seed, rules.archive, entry);
        need(
          /^[a-z]{3}$/.test(event) && /Z$/.test(time),
          entry.where,
          "a sealed part without sense",
        );
      });
    }
  }
}

/** Records and items of every facet whose keys we have; every object is read, whoever can open it. */
export async function openContents(archive, rules, seeds, tell) {
  for (const hash of rules.objects.keys()) {
    if (rules.isGone(hash) && isThere(archive, "objects", hash)) {
      tell(() => need(false, `objects/${hash}`, "was destroyed, and yet it is here"));
    }
  }
  const found = [];
  for (const entry of rules.contents) {
    const opened = new Map(); // by the name under which the entry brought it
    for (const { hash } of entry.objects) {
      const now = rules.standing(hash);
      if (now && !rules.isGone(now)) {
        await tell(async () => opened.set(hash, await payload(archive, now, rules, entry, seeds)));
      }
    }
    const { case: id, facet } = entry;
    const read = await tell(() => readEntry(entry, opened));
    found.push({ case: id, facet, records: [], items: [], witnesses: [], ...read });
  }
  return found;
}

async function payload(archive, hash, rules, entry, seeds) {
  const { size } = rules.objects.get(hash);
  const file = readNamed(archive, "objects", hash, size);
  need(file.length === size, `objects/${hash}`, "has another size than its entry says");
  const seed = seeds.get(`${entry.case}/${entry.facet}/${entry.epoch}`);
  return seed && openWithSeed(file, seed, `objects/${hash}`);
}

/** Records of an entry's batch, and its other objects, each against the one item that names it. */
function readEntry({ batch, where }, opened) {
  const bytes = batch && opened.get(batch.object);
  if (!bytes) return {};
  opened.delete(batch.object);
  const { records, removed } = parseBatch(bytes, batch.root, where);
  for (const { kind, number } of records) {
    need((kind === "event") === (number === 0), where, "an event stands first in its batch, alone");
  }
  const ofKind = (wanted) => records.filter(({ kind }) => kind === wanted);
  const items = ofKind("item").map(({ fields }) => checkItem(fields, opened, where));
  need(opened.size === 0 || removed > 0, where, "brings an object that no item names");
  return {
    records: records.map(({ id, kind }) => ({ id, kind })),
    items,
    witnesses: ofKind("witness").map(({ fields }) => verifier(fields.vkey, where)),
  };
}

function checkItem({ object, sha256: wanted, size }, opened, where) {
  const original = opened.get(object);
  need(original, where, `an item whose object ${object} is not there`);
  opened.delete(object);
  need(original.length === size, where, `the original in ${object} has another size`);
  need(hex(sha256(original)) === wanted, where, `the original in ${object} has another SHA-256`);
  return { sha256: wanted, size };
}
