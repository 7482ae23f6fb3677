/** Proofs out of the board's tiles, which nobody needs to be believed for (board.md 1.3). */

import { BoothError } from "../types.ts";
import { HASH_SIZE, nodeHash } from "./merkle.ts";

const WIDTH = 256; // hashes of a full tile
const HEIGHT = 8; // levels of the tree in one level of tiles

/** Bytes at a path below the board's address. */
export type Get = (path: string) => Promise<Uint8Array>;

function indexPath(index: number): string {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  return groups.join("/");
}

export function tilePath(level: number | "entries", index: number, width: number): string {
  return `tile/${level}/${indexPath(index)}${width === WIDTH ? "" : `.p/${width}`}`;
}

/** The first `count` entries of the log, at most one bundle. */
export async function firstEntries(get: Get, count: number): Promise<Uint8Array[]> {
  const data = await get(tilePath("entries", 0, count));
  const found: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= data.length) {
    const length = ((data[at] as number) << 8) | (data[at + 1] as number);
    found.push(data.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  if (at !== data.length || found.length !== count) throw new BoothError("tile_missing");
  return found;
}

/** The tree of one size, read tile by tile. */
export class Tree {
  readonly size: number;
  readonly #get: Get;
  readonly #tiles = new Map<string, Promise<Uint8Array>>();

  constructor(size: number, get: Get) {
    this.size = size;
    this.#get = get;
  }

  root(): Promise<Uint8Array> {
    return this.#range(0, this.size);
  }

  /** Hashes from the leaf at an index upwards. */
  async inclusion(index: number): Promise<Uint8Array[]> {
    const proof: Uint8Array[] = [];
    let [start, end] = [0, this.size];
    while (end - start > 1) {
      const middle = start + split(end - start);
      if (index < middle) {
        proof.unshift(await this.#range(middle, end));
        end = middle;
      } else {
        proof.unshift(await this.#range(start, middle));
        start = middle;
      }
    }
    return proof;
  }

  /** Hashes that show how the tree of size m continues to this one. */
  async consistency(m: number): Promise<Uint8Array[]> {
    if (m === 0 || m === this.size) return [];
    const proof: Uint8Array[] = [];
    let [start, end, whole] = [0, this.size, true];
    while (m !== end) {
      const middle = start + split(end - start);
      if (m <= middle) {
        proof.unshift(await this.#range(middle, end));
        end = middle;
      } else {
        proof.unshift(await this.#range(start, middle));
        [start, whole] = [middle, false];
      }
    }
    if (!whole) proof.unshift(await this.#range(start, end));
    return proof;
  }

  /** MTH of the leaves from `start` to `end`, of which every full subtree is a whole one. */
  async #range(start: number, end: number): Promise<Uint8Array> {
    const count = end - start;
    const level = Math.log2(count);
    if (Number.isInteger(level)) return this.#complete(level, start / count);
    const middle = start + split(count);
    return nodeHash(await this.#range(start, middle), await this.#range(middle, end));
  }

  /** The root of the full subtree number `index` of 2^level leaves. */
  async #complete(level: number, index: number): Promise<Uint8Array> {
    const rest = level % HEIGHT;
    if (rest === 0) return this.#hash(level / HEIGHT, index);
    const left = await this.#complete(level - 1, 2 * index);
    return nodeHash(left, await this.#complete(level - 1, 2 * index + 1));
  }

  async #hash(tileLevel: number, index: number): Promise<Uint8Array> {
    const column = Math.floor(index / WIDTH);
    const hashes = Math.floor(this.size / WIDTH ** tileLevel);
    const width = Math.min(WIDTH, hashes - column * WIDTH);
    const path = tilePath(tileLevel, column, width);
    const known = this.#tiles.get(path) ?? this.#get(path);
    this.#tiles.set(path, known);
    const tile = await known;
    if (tile.length !== width * HASH_SIZE) throw new BoothError("tile_missing");
    const at = (index % WIDTH) * HASH_SIZE;
    return tile.slice(at, at + HASH_SIZE);
  }
}

/** The largest power of two smaller than n. */
function split(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}
