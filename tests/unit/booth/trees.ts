/** Logs in memory, served as tiles. */

import { base64, hex, utf8 } from "../../../src/tsukuba_trust/booth/crypto/digests.ts";
import { leafHash, nodeHash } from "../../../src/tsukuba_trust/booth/log/merkle.ts";
import { BoothError } from "../../../src/tsukuba_trust/booth/types.ts";
import { ed25519 } from "@noble/curves/ed25519.js";
import { readVectors } from "./vectors.ts";

export const VECTORS = readVectors("board/vectors.json");
export const LOG = { origin: VECTORS.keys.log.origin, logKey: VECTORS.keys.log.vkey };

export const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"));

/** Entries of the vectors: "board vectors leaf <i>". */
export function vectorEntries(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => utf8(`board vectors leaf ${i}`));
}

/** The root as RFC 9162 defines it, without a second thought for speed. */
export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  let k = 1;
  while (2 * k < leaves.length) k *= 2;
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

/** A log that can be read as files, up to a size that was published. */
export class MemoryLog {
  readonly entries: Uint8Array[];
  readonly #levels: Uint8Array[][];
  readonly read: string[] = [];

  constructor(entries: Uint8Array[]) {
    this.entries = entries;
    this.#levels = [entries.map(leafHash)];
    for (let level = 0; (this.#levels[level] as Uint8Array[]).length >= 256; level++) {
      const below = this.#levels[level] as Uint8Array[];
      const above: Uint8Array[] = [];
      for (let i = 0; i + 256 <= below.length; i += 256) above.push(rootOf(below.slice(i, i + 256)));
      this.#levels.push(above);
    }
  }

  get leaves(): Uint8Array[] {
    return this.#levels[0] as Uint8Array[];
  }

  get = async (path: string): Promise<Uint8Array> => {
    this.read.push(path);
    const match = /^tile\/(\d+|entries)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(path);
    if (match === null) throw new BoothError("tile_missing");
    const start = Number((match[2] as string).replace(/[x/]/g, "")) * 256;
    const width = Number(match[3] ?? 256);
    if (match[1] === "entries") return bundle(this.entries.slice(start, start + width));
    const hashes = this.#levels[Number(match[1])]?.slice(start, start + width) ?? [];
    if (hashes.length !== width) throw new BoothError("tile_missing");
    return Uint8Array.from(hashes.flatMap((hash) => [...hash]));
  };

  fetch = async (address: string) => {
    const data = await this.get(address.replace("/board/x/", "")).catch(() => undefined);
    const buffer = data === undefined ? new ArrayBuffer(0) : data.slice().buffer;
    return { ok: data !== undefined, arrayBuffer: async () => buffer as ArrayBuffer };
  };

  /** A checkpoint of the first `size` entries, signed by the vectors' log. */
  checkpoint(size = this.entries.length): string {
    return signed(LOG.origin, String(size), rootOf(this.leaves.slice(0, size)));
  }
}

function bundle(entries: Uint8Array[]): Uint8Array {
  return Uint8Array.from(entries.flatMap((entry) => [entry.length >> 8, entry.length & 255, ...entry]));
}

export function signed(origin: string, size: string, root: Uint8Array): string {
  const { seed, key_id: id } = VECTORS.keys.log;
  const body = `${origin}\n${size}\n${base64(root)}\n`;
  const signature = ed25519.sign(utf8(body), bytes(seed));
  return `${body}\n— ${LOG.origin} ${base64(bytes(id + hex(signature)))}\n`;
}
