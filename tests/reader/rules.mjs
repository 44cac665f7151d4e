// What the entries mean, one after another (format.md §3): chains, groups, rights, effects.
import { base64, need } from "./bytes.mjs";
import { checkSignatures, parseEntry, parseMember } from "./entries.mjs";
import { leafHash } from "./merkle.mjs";
import { signed, verifier } from "./note.mjs";

export const COMMONS = "0".repeat(32);
const NONE = "0".repeat(64);

/** The state of the archive after the entries that were judged. */
export class Rules {
  members = new Map(); // in force, by device id
  cases = new Map(); // case id → facet → {epochs: [{outer, recipient}], isDestroyed}
  grants = []; // {case, facet, epoch, devices, file}
  contents = []; // entries of kind content, in force
  objects = new Map(); // by hash: {size, case, facet, isGone, by}
  sealed = []; // {entry, audit: number of the audit epochs that were declared when it was written}
  kept = new Map(); // file under checkpoints/ → its SHA-256
  logs = []; // {from: first position, log}: who signs heads
  void = [];
  #everMembers = new Map();
  #chains = new Map();
  #group = [];
  #day = "";

  constructor(ledger) {
    const { entries, tree } = ledger;
    this.tree = tree;
    this.archive = tree.leaves[0].toString("hex");
    entries.forEach((bytes, position) => this.#take(parseEntry(bytes, position)));
    this.#cutOff();
  }

  #take(entry) {
    const { kind, where } = entry;
    need((kind === "found") === (entry.position === 0), where, "of a kind that stands elsewhere");
    need(kind === "found" || entry.archive === this.archive, where, "of another archive");
    if (kind === "found") this.#found(entry);
    this.#checkAuthor(entry, this.tree.leaves[entry.position]);
    this.#checkSeen(entry);
    if (!entry.group) {
      this.#cutOff();
      this.#apply(entry);
    } else this.#gather(entry);
  }

  /** An entry of an outbox, which waits for its position. */
  checkWaiting(bytes, where) {
    const entry = parseEntry(bytes, where);
    need(!["found", "day", "handover"].includes(entry.kind), where, "of a kind that has no place here");
    this.#checkAuthor(entry, leafHash(bytes));
  }

  #checkAuthor(entry, leaf) {
    checkSignatures(entry, (id) => this.#everMembers.get(id)?.key ?? this.#logKey(id, entry));
    this.#checkChain(entry, leaf);
  }

  #logKey(id, { kind, where }) {
    const log = kind === "handover" ? verifier(this.logs.at(-1).log, where) : undefined;
    return log?.id === id ? log.key : undefined;
  }

  #checkChain({ device, seq, prev, where }, leaf) {
    const before = this.#chains.get(device) ?? { seq: -1, id: NONE };
    need(seq === before.seq + 1 && prev === before.id, where, "does not continue its device's chain");
    this.#chains.set(device, { seq, id: leaf.toString("hex") });
  }

  #checkSeen({ seen, position, where }) {
    need(seen.size <= position, where, "has seen what came later");
    const root = this.tree.roots[seen.size].toString("hex");
    need(seen.root === root, where, "has seen another log");
  }

  // Groups

  #gather(entry) {
    const { at, of } = entry.group;
    need(at < of, entry.where, "is not well-formed: group");
    if (!this.#continues(entry)) {
      this.#cutOff();
      if (at > 0) {
        this.void.push(entry.position);
        return;
      }
    }
    this.#group.push(entry);
    if (this.#group.length < of) return;
    const whole = this.#group;
    this.#group = [];
    whole.forEach((each) => this.#apply(each));
  }

  #continues({ device, group, seen }) {
    const last = this.#group.at(-1);
    return (
      last !== undefined &&
      last.device === device &&
      last.group.of === group.of &&
      last.group.at + 1 === group.at &&
      last.seen.size === seen.size
    );
  }

  #cutOff() {
    this.void.push(...this.#group.map((each) => each.position));
    this.#group = [];
  }

  // Rights (§3.3)

  #roles = (device) => this.members.get(device)?.roles ?? [];
  #isSteward = (device) => this.#roles(device).includes("steward");

  #checkRights(entry) {
    const { device, kind, signatures, where, data } = entry;
    const author = this.#roles(device);
    need(author.length > 0, where, "by a device that is not a member");
    const others = [...signatures.keys()].slice(1);
    const may = (...roles) => roles.some((role) => author.includes(role));
    if (kind === "member") {
      const subject = data.remove ?? data.add.device;
      if (data.add && may("recovery") && !others.length) return;
      const stewards = [...this.members.keys()].filter((id) => this.#isSteward(id) && id !== subject);
      const signers = [...signatures.keys()].filter((id) => stewards.includes(id));
      const wanted = Math.max(1, Math.min(this.threshold, stewards.length));
      need(signers.length >= wanted, where, "not signed by enough stewards");
      need(others.every((id) => this.#isSteward(id)), where, "signed by somebody who is no steward");
      return;
    }
    if (kind === "handover") return; // §4.5, below
    need(others.length === 0, where, "has more signatures than its kind wants");
    const rights = {
      case: () => may("steward", "recovery"),
      grant: () => may("steward", "recovery"),
      destroy: () => may("steward", "recovery"),
      day: () => device === this.sequencer,
      content: () => may("steward", "writer"),
      open: () => true,
    };
    need(rights[kind](), where, "by a device that may not write it");
  }

  // Effects (§3.2)

  #apply(entry) {
    if (entry.kind === "found") return;
    this.#checkRights(entry);
    this[`_${entry.kind}`](entry);
    if (entry.sealed) this.sealed.push({ entry, audit: this.#audits() });
  }

  #audits = () => this.cases.get(COMMONS)?.get("audit")?.epochs.length ?? 0;

  #found(entry) {
    const { data, signatures, device, where } = entry;
    this.origin = data.origin;
    this.zone = data.zone;
    this.threshold = data.threshold;
    data.members.forEach((each) => this.#join(each, where));
    need(signatures.size === this.members.size, where, "not signed by every member");
    need([...signatures.keys()].every((id) => this.members.has(id)), where, "signed by others");
    need(this.members.get(device)?.log === data.log, where, "another log key than its author's");
    this.logs.push({ from: 0, log: data.log });
    this.sequencer = device;
  }

  #join(declared, where) {
    const member = parseMember(declared, this.origin, where);
    need(!this.#everMembers.has(member.device), where, "a device that joined before");
    this.#everMembers.set(member.device, member);
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

  /** How many entries of a device the log has. */
  written = (device) => (this.#chains.get(device)?.seq ?? -1) + 1;

  #facet({ case: id, facet: name, epoch = 1 }, where) {
    const facet = this.cases.get(id)?.get(name);
    need(facet && epoch <= facet.epochs.length, where, `${id}/${name}/${epoch} was not declared`);
    need(!facet.isDestroyed, where, `${id}/${name} was destroyed`);
    return facet;
  }

  _grant({ data, where }) {
    for (const grant of data.grants) {
      this.#facet(grant, where);
      need(grant.devices.every((id) => this.members.has(id)), where, "grants to one who is no member");
      this.grants.push(grant);
    }
  }

  _content(entry) {
    const { objects = [], batch, kept = [], where } = entry;
    this.#facet(entry, where);
    if (batch) need(objects.some((o) => o.hash === batch.object), where, "batch is not among objects");
    need(!kept.length || entry.case === COMMONS, where, "keeps heads outside commons");
    kept.forEach(({ file, hash }) => this.kept.set(file, hash));
    objects.forEach((object) => this.#bring(object, entry));
    this.contents.push(entry);
  }

  #bring({ hash, size }, { case: id, facet, where }) {
    need(!this.objects.has(hash), where, `brings ${hash}, which was there`);
    this.objects.set(hash, { size, case: id, facet, isGone: false });
  }

  _destroy({ data, objects = [], where }) {
    const brought = new Map(objects.map((each) => [each.hash, each]));
    for (const what of data.what) {
      const facet = this.#facet(what, where);
      const ofFacet = (each) => each.case === what.case && each.facet === what.facet;
      for (const { by, hash } of what.objects ?? []) {
        const object = this.objects.get(hash);
        need(object && ofFacet(object), where, `${hash} was never there`);
        need(!by || brought.has(by), where, `does not bring ${by}`);
        if (by) this.#bring(brought.get(by), { ...what, where });
        brought.delete(by);
        this.#remove(object, by);
      }
      if (what.objects) continue;
      need(what.case !== COMMONS, where, "destroys a facet of commons");
      facet.isDestroyed = true;
      [...this.objects.values()].filter(ofFacet).forEach((each) => (each.isGone = true));
    }
    need(brought.size === 0, where, "brings objects that replace nothing");
  }

  /** What is gone stays gone, whatever an author writes who has not seen it go. */
  #remove(object, by) {
    if (!object.isGone) {
      Object.assign(object, { isGone: true, by });
    } else if (by) {
      this.objects.get(by).isGone = true;
    } else if (object.by) {
      this.#remove(this.objects.get(object.by));
    }
  }

  _day({ data, where }) {
    need(data.day > this.#day, where, "a day that is not later");
    this.#day = data.day;
  }

  _open() {}

  /** §4.5 */
  _handover(entry) {
    const { data, device, position, signatures, where } = entry;
    const before = this.logs.at(-1).log;
    need(data.from === before, where, "hands over another log key than the present");
    const heir = this.members.get(data.device);
    need(heir?.log === data.to, where, "hands over to a key that is not the device's");
    const words = `sviedka/handover/v1\n${this.archive}\n${data.from}\n${data.to}\n`;
    const consent = base64(data.consent, where);
    const to = verifier(data.to, where);
    need(signed(to.key, Buffer.from(words), consent), where, "consent does not hold");
    const isByOldKey = signatures.size === 2 && signatures.has(verifier(before, where).id);
    const isByRecovery = signatures.size === 1 && this.#roles(device).includes("recovery");
    need(isByOldKey || isByRecovery, where, "is signed neither by the old log key nor by recovery");
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
