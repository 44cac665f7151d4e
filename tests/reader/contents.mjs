// What is sealed: grants, sealed parts, batches, items (format.md §3.4, §5–7).
import { openWithSeed } from "./age.mjs";
import { canonical, hex, need, sha256 } from "./bytes.mjs";
import { parseBatch } from "./batches.mjs";
import { readNamed } from "./folder.mjs";
import { openGrant, openSealed } from "./keys.mjs";
import { verifier } from "./note.mjs";
import { COMMONS } from "./rules.mjs";
import { checkGrantFile } from "./shapes.mjs";

const GRANTS = 16 << 20; // bytes of a grant file; a bound of this reader's own

/** Facet keys by `case/facet/epoch`; `tell` runs a check and notes the problem it finds. */
export function openGrants(archive, rules, keys, tell) {
  const seeds = new Map();
  for (const grant of rules.grants) {
    const facet = rules.cases.get(grant.case).get(grant.facet);
    if (facet.isDestroyed) continue;
    tell(() => {
      const where = `grants/${grant.file}`;
      const file = canonical(readNamed(archive, "grants", grant.file, GRANTS), where);
      checkGrantFile(file, where);
      const same = ["case", "epoch", "facet"].every((key) => file[key] === grant[key]);
      need(same && file.archive === rules.archive, where, "is of something else than its entry says");
      const devices = file.grants.map(({ device }) => device);
      need(devices.join() === grant.devices.join(), where, "is to other devices than its entry says");
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
        need(/^[a-z]{3}$/.test(event) && /Z$/.test(time), entry.where, "a sealed part without sense");
      });
    }
  }
}

/** Records and items of every facet whose keys we have; every object is read, whoever can open it. */
export async function openContents(archive, rules, seeds, tell) {
  const payload = async (hash, entry) => {
    const { size } = rules.objects.get(hash);
    const file = readNamed(archive, "objects", hash, size);
    need(file.length === size, `objects/${hash}`, "has another size than its entry says");
    const seed = seeds.get(`${entry.case}/${entry.facet}/${entry.epoch}`);
    return seed && openWithSeed(file, seed, `objects/${hash}`);
  };
  const found = [];
  for (const entry of rules.contents) {
    const facet = { case: entry.case, facet: entry.facet, records: [], items: [], witnesses: [] };
    found.push(facet);
    const opened = new Map();
    for (const { hash } of entry.objects ?? []) {
      const last = newest(rules, hash);
      if (last) await tell(async () => opened.set(hash, await payload(last, entry)));
    }
    await tell(() => {
      const { batch, where } = entry;
      const items = new Map(opened);
      items.delete(batch?.object);
      const bytes = batch && opened.get(batch.object);
      if (!bytes) return;
      const { records, removed } = parseBatch(bytes, batch.root, where);
      facet.records = records.map(({ id, kind }) => ({ id, kind }));
      const named = records.filter(({ kind }) => kind === "witness");
      facet.witnesses = named.map(({ fields }) => verifier(fields.vkey, where));
      const first = records[0];
      const isEvent = first?.kind === "event" && first.number === 0;
      need(isEvent || removed > 0, where, "its batch does not begin with an event");
      for (const { fields } of records.filter(({ kind }) => kind === "item")) {
        facet.items.push(checkItem(fields, items, where));
      }
      need(items.size === 0 || removed > 0, where, "brings an object that no item names");
    });
  }
  return found;
}

/** The object that stands for another now: itself, what replaced it, or nothing. */
function newest(rules, hash) {
  const { isGone, by } = rules.objects.get(hash);
  if (!isGone) return hash;
  return by && newest(rules, by);
}

function checkItem({ object, sha256: wanted, size }, objects, where) {
  need(objects.has(object), where, `an item whose object ${object} is not there`);
  const original = objects.get(object);
  objects.delete(object);
  need(original.length === size, where, `the original in ${object} has another size`);
  need(hex(sha256(original)) === wanted, where, `the original in ${object} has another SHA-256`);
  return { sha256: wanted, size };
}
