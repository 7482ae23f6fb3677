/** The public board as a reader of the portal sees it: head, entries, proofs, nothing believed. */

import { hex, sha256 } from "../crypto/digests.ts";
import { checkInclusion, Frontier, leafHash, sameHash } from "../log/merkle.ts";
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

  static open(address: string): Promise<Board> {
    return Board.read(fetcher(address));
  }

  static async read(get: Get): Promise<Board> {
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
    const start = index - (index % WIDTH);
    const entry = (await this.#bundle(start))[index - start];
    if (entry === undefined) throw new BoothError("tile_missing");
    const proof = await this.#tree.inclusion(index);
    checkInclusion(leafHash(entry), index, this.head.size, proof, this.head.root);
    return text(entry);
  }

  /**
   * Read the whole log, entry by entry.
   *
   * They are proven together: nothing of them may be used before the last one was given,
   * when their root has been compared with the signed one.
   */
  async *entries(): AsyncGenerator<string> {
    const { size, root } = this.head;
    const frontier = new Frontier();
    let next = this.#ahead(0);
    for (let start = 0; start < size; start += WIDTH) {
      const { data, error } = await next;
      if (data === undefined) throw error;
      next = this.#ahead(start + WIDTH);
      for (const entry of data) {
        frontier.append(leafHash(entry));
        yield text(entry);
      }
    }
    const found = frontier.root();
    if (found === undefined || !sameHash(found, root)) throw new BoothError("inclusion_invalid");
  }

  /** The bytes of a document outside the tree: only those that its name promises. */
  async blob(name: string): Promise<string> {
    const data = await this.#get(`blob/${name.slice(0, 2)}/${name}`);
    if (hex(sha256(data)) !== name) throw new BoothError("tile_missing");
    return text(data);
  }

  /** The bundle that begins at an index, fetched while the one before it is read. */
  async #ahead(start: number): Promise<{ data?: Uint8Array[]; error?: unknown }> {
    if (start >= this.head.size) return {};
    return this.#bundle(start).then(
      (data) => ({ data }),
      (error: unknown) => ({ error }),
    );
  }

  async #bundle(start: number): Promise<Uint8Array[]> {
    const width = Math.min(WIDTH, this.head.size - start);
    const data = split(await this.#get(tilePath("entries", start / WIDTH, width)));
    if (data.length !== width) throw new BoothError("tile_missing");
    return data;
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

