/** The public board as a reader of the portal sees it: head, entries, proofs, nothing believed. */

import { checkInclusion, leafHash, sameHash } from "../log/merkle.ts";
import { type Checkpoint, readCheckpoint } from "../log/note.ts";
import { firstEntries, type Get, Tree, tilePath } from "../log/tiles.ts";
import { BoothError, type LogName } from "../types.ts";

const WIDTH = 256;

/** Fetch files below the board's address; what is missing is `tile_missing`. */
export function fetcher(address: string): Get {
  return async (path) => {
    const answer = await fetch(new URL(path, address), { credentials: "omit" });
    if (!answer.ok) throw new BoothError("tile_missing");
    return new Uint8Array(await answer.arrayBuffer());
  };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** One log at its newest head, whose signature was checked with the key that entry 0 names. */
export class Board {
  readonly head: Checkpoint;
  readonly log: LogName;
  readonly #get: Get;
  readonly #tree: Tree;

  private constructor(head: Checkpoint, log: LogName, get: Get) {
    this.head = head;
    this.log = log;
    this.#get = get;
    this.#tree = new Tree(head.size, get);
  }

  static async open(address: string): Promise<Board> {
    const get = fetcher(address);
    const [checkpoint, first] = await Promise.all([get("checkpoint"), firstEntry(get)]);
    const defined = JSON.parse(text(first)) as { origin: string; log_key: string };
    const log = { origin: defined.origin, logKey: defined.log_key };
    const board = new Board(readCheckpoint(text(checkpoint), log), log, get);
    if (!sameHash(await board.#tree.root(), board.head.root)) throw new BoothError("tile_missing");
    return board;
  }

  /** The bytes of an entry, proven to stand under the head. */
  async entry(index: number): Promise<string> {
    if (index >= this.head.size) throw new BoothError("receipt_not_found");
    const bundle = Math.floor(index / WIDTH);
    const width = Math.min(WIDTH, this.head.size - bundle * WIDTH);
    const data = split(await this.#get(tilePath("entries", bundle, width)));
    const entry = data[index - bundle * WIDTH];
    if (entry === undefined) throw new BoothError("tile_missing");
    const proof = await this.#tree.inclusion(index);
    checkInclusion(leafHash(entry), index, this.head.size, proof, this.head.root);
    return text(entry);
  }

  async blob(sha256: string): Promise<string> {
    return text(await this.#get(`blob/${sha256.slice(0, 2)}/${sha256}`));
  }
}

async function firstEntry(get: Get): Promise<Uint8Array> {
  const [entry] = await firstEntries(get, 1);
  if (entry === undefined) throw new BoothError("tile_missing");
  return entry;
}

function split(data: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at + 2 <= data.length; ) {
    const length = ((data[at] as number) << 8) | (data[at + 1] as number);
    found.push(data.slice(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return found;
}

