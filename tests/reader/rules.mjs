// What the entries mean, one after another (format.md §3): chains, groups, rights, effects.
import { base64, need } from "./bytes.mjs";
import { checkSignatures, parseEntry, parseMember } from "./entries.mjs";
import { signed, verifier } from "./note.mjs";

export const COMMONS = "0".repeat(32);
const NONE = "0".repeat(64);

/** The state of the archive after the entries of the log, and then those that wait in the outbox. */
export class Rules {
  members = new Map(); // in force, by device id
  cases = new Map(); // case id → facet → {epochs: [{outer, recipient}], isDestroyed}
  grants = []; // {case, facet, epoch, devices, file}
  contents = []; // entries of kind content, in force
  objects = new Map(); // by hash: {size, case, facet}
  sealed = []; // {entry, audit: number of the audit epochs that were declared when it was written}
  kept = new Map(); // file under checkpoints/ → its SHA-256
  logs = []; // {from: first size, log}: who signs heads
  #gone = new Map(); // object → what stands for it, if anything does
  #joined = new Set(); // every device that ever joined
  #chains = new Map();
  #group = [];
  #day = "";

  constructor({ entries, tree }) {
    this.tree = tree;
    this.archive = tree.leaves[0].toString("hex");
    entries.forEach((bytes, position) => this.take(bytes, position, tree.leaves[position]));
  }

  /** How many entries of a device were taken. */
  written = (device) => (this.#chains.get(device)?.seq ?? -1) + 1;

  /** Take the next entry: its form, signatures and chain first, then what it does. */
  take(bytes, position, leaf) {
    const entry = parseEntry(bytes, position);
    const { group, kind, where } = entry;
    need((kind === "found") === (position === 0), where, "of a kind that stands elsewhere");
    need(kind === "found" || entry.archive === this.archive, where, "of another archive");
    if (kind === "found") this.#found(entry);
    this.#checkSigners(entry);
    this.#checkChain(entry, leaf);
    this.#checkSeen(entry);
    need(!group || group.at < group.of, where, "is not well-formed: group");
    this.#gather(entry).forEach((each) => this.#apply(each));
  }

  /** Whether a destroy entry made an object rightly absent. */
  isGone(hash) {
    const { case: id, facet } = this.objects.get(hash);
    return this.#gone.has(hash) || this.cases.get(id).get(facet).isDestroyed;
  }

  /** The object that stands for one that an entry brought: itself, a later one, or none. */
  standing(hash) {
    return this.#gone.has(hash)
      ? this.#gone.get(hash) && this.standing(this.#gone.get(hash))
      : hash;
  }

  /** Author, and whoever else may sign an entry of this kind, as the members stand. */
  #checkSigners(entry) {
    const { data, device, kind, where } = entry;
    need(this.members.has(device), where, "by a device that is not a member");
    const keys = new Map([[device, this.members.get(device).key]]);
    const others = [...this.members.values()];
    if (kind === "found") others.forEach((each) => keys.set(each.device, each.key));
    if (kind === "member") {
      const stewards = others.filter(({ roles }) => roles.includes("steward"));
      stewards.forEach((each) => keys.set(each.device, each.key));
    }
    if (kind === "handover") keys.set(this.#log().id, this.#log().key);
    checkSignatures(entry, keys);
    const isWhole = kind !== "found" || entry.signatures.size === keys.size;
    need(isWhole, where, "not signed by every member");
  }

  #log = () => verifier(this.logs.at(-1).log, "ledger");

  #checkChain({ device, seq, prev, where }, leaf) {
    const before = this.#chains.get(device) ?? { seq: -1, id: NONE };
    need(
      seq === before.seq + 1 && prev === before.id,
      where,
      "does not continue its device's chain",
    );
    this.#chains.set(device, { seq, id: leaf.toString("hex") });
  }

  #checkSeen({ seen, position, where }) {
    need(seen.size <= position, where, "has seen what came later");
    const root = this.tree.roots[seen.size]?.toString("hex");
    need(seen.root === root, where, "has seen another log");
  }

  /** The entries that take effect with this one. Whatever does not continue a group voids it. */
  #gather(entry) {
    const { group } = entry;
    const isNext = group && this.#group.length && this.#continues(entry);
    if (!isNext) this.#group = [];
    if (!group) return [entry];
    if (!isNext && group.at > 0) return [];
    this.#group.push(entry);
    return this.#group.length < group.of ? [] : this.#group.splice(0);
  }

  #continues({ device, group, seen }) {
    const last = this.#group.at(-1);
    const same = last.device === device && last.group.of === group.of;
    return same && last.group.at + 1 === group.at && last.seen.size === seen.size;
  }

  // Rights (§3.3)

  #roles = (device) => this.members.get(device)?.roles ?? [];

  #checkRights(entry) {
    const { device, kind, where } = entry;
    const roles = this.#roles(device);
    need(roles.length > 0, where, "by a device that is not a member");
    const may = (...any) => any.some((role) => roles.includes(role));
    const rights = {
      member: () => (entry.data.add && may("recovery")) || this.#isBySteward(entry),
      case: () => may("steward", "recovery"),
      grant: () => may("steward", "recovery"),
      destroy: () => may("steward", "recovery"),
      handover: () => may("recovery") || entry.signatures.has(this.#log().id),
      day: () => device === this.sequencer,
      content: () => may("steward", "writer"),
      open: () => true,
    };
    need(rights[kind](), where, `not signed by those who may write a ${kind}`);
  }

  #isBySteward({ data, signatures }) {
    const subject = data.remove ?? data.add.device;
    const stewards = [...this.members.keys()].filter(
      (id) => id !== subject && this.#roles(id).includes("steward"),
    );
    const signed = stewards.filter((id) => signatures.has(id)).length;
    return signed >= Math.max(1, Math.min(this.threshold, stewards.length));
  }

  // Effects (§3.2)

  #apply(entry) {
    if (entry.kind === "found") return;
    this.#checkRights(entry);
    this[`_${entry.kind}`](entry);
    if (entry.sealed) this.sealed.push({ entry, audit: this.#audits() });
  }

  #audits = () => this.cases.get(COMMONS)?.get("audit")?.epochs.length ?? 0;

  #found({ data, device, where }) {
    this.origin = data.origin;
    this.zone = data.zone;
    this.threshold = data.threshold;
    data.members.forEach((each) => this.#join(each, where));
    need(this.members.get(device)?.log === data.log, where, "another log key than its author's");
    this.logs.push({ from: 0, log: data.log });
    this.sequencer = device;
  }

  #join(declared, where) {
    const member = parseMember(declared, this.origin, where);
    need(!this.#joined.has(member.device), where, "a device that joined before");
    this.#joined.add(member.device);
    this.members.set(member.device, member);
  }

  _member({ data, where }) {
    if (data.add) {
      this.#join(data.add, where);
      return;
    }
    need(data.remove !== this.sequencer, where, "removes the sequencer");
    need(this.members.delete(data.remove), where, "removes a device that is not a member");
  }

  _case({ case: id, data, where }) {
    const facets = this.cases.get(id) ?? new Map();
    this.cases.set(id, facets);
    for (const [name, { epoch, outer, recipient }] of Object.entries(data.facets)) {
      need(name !== "audit" || id === COMMONS, where, "audit outside commons");
      const facet = facets.get(name) ?? { epochs: [], isDestroyed: false };
      need(!facet.isDestroyed, where, `${name} was destroyed`);
      need(epoch === facet.epochs.length + 1, where, `${name} has another epoch next`);
      const keys = { outer: base64(outer, where), recipient: base64(recipient, where) };
      facets.set(name, { ...facet, epochs: [...facet.epochs, keys] });
    }
  }

  #declared({ case: id, facet: name, epoch = 1 }, where) {
    const facet = this.cases.get(id)?.get(name);
    need(facet && epoch <= facet.epochs.length, where, `${id}/${name}/${epoch} was not declared`);
    return facet;
  }

  #standingFacet(named, where) {
    const { isDestroyed } = this.#declared(named, where);
    need(!isDestroyed, where, `${named.case}/${named.facet} was destroyed`);
  }

  _grant({ data, where }) {
    for (const grant of data.grants) {
      this.#standingFacet(grant, where);
      need(
        grant.devices.every((id) => this.members.has(id)),
        where,
        "grants to one who is no member",
      );
      this.grants.push(grant);
    }
  }

  _content(entry) {
    const { objects, batch, kept = [], where } = entry;
    this.#standingFacet(entry, where);
    const isBrought = !batch || objects.some(({ hash }) => hash === batch.object);
    need(isBrought, where, "the batch is not among its objects");
    need(!kept.length || entry.case === COMMONS, where, "keeps heads outside commons");
    kept.forEach(({ file, hash }) => this.kept.set(file, hash));
    objects.forEach((object) => this.#bring(object, entry));
    this.contents.push(entry);
  }

  #bring({ hash, size }, { case: id, facet, where }) {
    const before = this.objects.get(hash);
    need(!before || before.size === size, where, `states another size of ${hash} than before`);
    if (!before) this.objects.set(hash, { size, case: id, facet });
  }

  _destroy({ data, objects = [], where }) {
    const brought = new Map(objects.map((each) => [each.hash, each]));
    for (const what of data.what) {
      const facet = this.#declared(what, where);
      if (!what.objects) {
        need(what.case !== COMMONS, where, "destroys a facet of commons");
        facet.isDestroyed = true;
      }
      for (const { by, hash } of what.objects ?? []) {
        need(!by || brought.has(by), where, `does not bring ${by}`);
        need(!by || (by !== hash && !this.#gone.has(by)), where, `${by} is gone itself`);
        if (by) this.#bring(brought.get(by), { ...what, where });
        this.#remove(hash, by);
      }
    }
  }

  /** What is gone stays gone, whatever an author writes who has not seen it go. */
  #remove(hash, by) {
    if (!this.#gone.has(hash)) this.#gone.set(hash, by);
    else if (by) this.#gone.set(by, undefined);
    else if (this.standing(hash)) this.#gone.set(this.standing(hash), undefined);
  }

  _day({ data, where }) {
    const day = new Date(`${data.day}T00:00:00Z`);
    const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(data.day);
    need(isDay && data.day > this.#day, where, "not a day, or not a later one");
    this.#day = data.day;
  }

  _open() {}

  /** §4.5 */
  _handover({ data, position, where }) {
    need(data.from === this.logs.at(-1).log, where, "hands over another log key than the present");
    need(
      this.members.get(data.device)?.log === data.to,
      where,
      "to a key that is not the device's",
    );
    const words = `sviedka/handover/v1\n${this.archive}\n${data.from}\n${data.to}\n`;
    const consent = base64(data.consent, where);
    const { key } = verifier(data.to, where);
    need(signed(key, Buffer.from(words), consent), where, "consent does not hold");
    this.logs.push({ from: position + 1, log: data.to });
    this.sequencer = data.device;
  }

  /** The log keys that may have signed a head of this size. */
  signersOf(size) {
    const upTo = this.logs.findLastIndex(({ from }) => from <= size);
    const older = this.logs[upTo].from === size && upTo > 0 ? [this.logs[upTo - 1]] : [];
    return [this.logs[upTo], ...older].map(({ log }) => verifier(log, "ledger"));
  }
}
