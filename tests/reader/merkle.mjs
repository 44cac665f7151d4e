// RFC 6962 §2.1: hashes of leaves and nodes, roots.
import { sha256 } from "./bytes.mjs";

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

export const leafHash = (...parts) => sha256(LEAF, ...parts);
export const nodeHash = (left, right) => sha256(NODE, left, right);

/** A growing tree: `roots[n]` is the root of its first n leaves. */
export class Tree {
  leaves = [];
  roots = [sha256("")];
  #peaks = []; // roots of complete subtrees, the largest first

  add(leaf) {
    this.leaves.push(leaf);
    this.#peaks.push(leaf);
    for (let size = this.leaves.length; size % 2 === 0; size /= 2) {
      const right = this.#peaks.pop();
      this.#peaks.push(nodeHash(this.#peaks.pop(), right));
    }
    this.roots.push(this.#peaks.reduceRight((right, left) => nodeHash(left, right)));
  }
}

export function root(leaves) {
  const tree = new Tree();
  leaves.forEach((leaf) => tree.add(leaf));
  return tree.roots.at(-1);
}
