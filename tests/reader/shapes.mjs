// What an entry may look like (format.md §3.1–3.2): every key that may be there, and no other.
import { base64, need } from "./bytes.mjs";

const FACETS = ["evidence", "narrative", "identity", "contact", "status", "audit"];
const ROLES = ["reader", "recovery", "steward", "writer"];

const matches = (pattern) => (value, where) =>
  need(typeof value === "string" && pattern.test(value), where, "is not well-formed");
const oneOf =
  (...words) =>
  (value, where) =>
    need(words.includes(value), where, "is not known");
const integer =
  (least, most = Number.MAX_SAFE_INTEGER) =>
  (value, where) =>
    need(Number.isInteger(value) && least <= value && value <= most, where, "is out of range");
const bytes = (length) => (value, where) => {
  need(typeof value === "string", where, "is not text");
  need(base64(value, where, length).length > 0, where, "is empty");
};
const listOf =
  (shape, most = Infinity) =>
  (value, where) => {
    need(
      Array.isArray(value) && value.length >= 1 && value.length <= most,
      where,
      "is no such list",
    );
    value.forEach((each, at) => shape(each, `${where}[${at}]`));
  };
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** An object with these keys alone; a name that ends in ? may be absent. */
const object = (fields) => (value, where) => {
  need(isObject(value), where, "is not an object");
  const left = new Set(Object.keys(value));
  for (const [name, shape] of Object.entries(fields)) {
    const key = name.replace("?", "");
    if (left.delete(key)) shape(value[key], `${where}.${key}`);
    else need(name !== key, where, `has no ${key}`);
  }
  need(left.size === 0, where, `has ${[...left]}, which is not known`);
};
const mapOf = (key, shape) => (value, where) => {
  need(
    isObject(value) && Object.keys(value).length,
    where,
    "is not an object with something in it",
  );
  for (const [name, each] of Object.entries(value)) {
    key(name, where);
    shape(each, `${where}.${name}`);
  }
};

const id = matches(/^[0-9a-f]{32}$/);
const hash = matches(/^[0-9a-f]{64}$/);
const text = matches(/^.{1,200}$/);
const facet = oneOf(...FACETS);
const epoch = integer(1);
const publicKey = bytes(1216);

const member = object({
  device: id,
  "log?": text,
  proof: bytes(64),
  roles: listOf(oneOf(...ROLES), 4),
  seal: publicKey,
  sign: bytes(32),
});

const common = {
  archive: hash,
  device: id,
  kind: text,
  prev: hash,
  seq: integer(0),
  v: integer(1, 1),
};
common.seen = object({ root: hash, size: integer(0) });
const group = object({ at: integer(0), of: integer(2, 65536) });
const objects = listOf(object({ hash, size: integer(0) }), 512);
const kept = matches(/^[0-9]{1,16}(\.[0-9A-Za-z_-]{1,64}){0,3}$/);
const sealed = (value, where) => {
  bytes()(value, where);
  const least = 1120 + 16 + 512; // what HPKE adds, and one step of padding
  need(base64(value, where).length >= least, where, "is too short");
};

const BODIES = {
  found: {
    ...common,
    data: object({
      log: text,
      members: listOf(member, 16),
      origin: matches(/^sviedka\/[0-9a-f]{32}$/),
      threshold: integer(1, 16),
      zone: matches(/^[A-Za-z0-9_+/-]{1,64}$/),
    }),
  },
  member: { ...common, data: object({ "add?": member, "remove?": id }), "group?": group, sealed },
  case: {
    ...common,
    case: id,
    data: object({
      facets: mapOf(facet, object({ epoch, outer: publicKey, recipient: publicKey })),
    }),
    "group?": group,
    sealed,
  },
  grant: {
    ...common,
    data: object({
      grants: listOf(object({ case: id, devices: listOf(id), epoch, facet, file: hash }), 128),
    }),
    "group?": group,
    sealed,
  },
  handover: {
    ...common,
    data: object({ consent: bytes(64), device: id, from: text, to: text }),
    sealed,
  },
  day: { ...common, data: object({ day: matches(/^\d{4}-\d\d-\d\d$/) }) },
  content: {
    ...common,
    "batch?": object({ object: hash, root: hash }),
    case: id,
    epoch,
    facet,
    "group?": group,
    "kept?": listOf(object({ file: kept, hash })),
    objects,
  },
  open: { ...common, "group?": group, sealed },
  destroy: {
    ...common,
    data: object({
      what: listOf(object({ case: id, facet, "objects?": listOf(object({ "by?": hash, hash })) })),
    }),
    "group?": group,
    "objects?": objects,
    sealed,
  },
};
delete BODIES.found.archive;

const entry = object({
  body: () => {},
  signatures: listOf(
    object({ key: matches(/^([0-9a-f]{8}|[0-9a-f]{32})$/), value: bytes(64) }),
    16,
  ),
});

export function checkEntry(value, where) {
  entry(value, where);
  need(isObject(value.body), where, "has no body");
  need(!(value.body.v > 1), where, "a newer program is needed");
  need(Object.hasOwn(BODIES, value.body.kind), where, "a kind that is not known");
  object(BODIES[value.body.kind])(value.body, where);
  const data = value.body.data ?? {};
  need(
    value.body.kind !== "member" || !data.add !== !data.remove,
    where,
    "neither adds nor removes",
  );
}

const grantFile = object({
  archive: hash,
  case: id,
  epoch,
  facet,
  grants: listOf(object({ device: id, sealed: bytes(2304) }), 512),
  v: integer(1, 1),
});

export function checkGrantFile(value, where) {
  need(isObject(value) && !(value.v > 1), where, "a newer program is needed");
  grantFile(value, where);
}
