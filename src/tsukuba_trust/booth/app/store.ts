/** IndexedDB of the voting host, or memory where there is none or in a kiosk. */

import { isStale, type Kept } from "./kept.ts";

const NAME = "tsukuba-trust";
const VISITS = "visits";
const HEADS = "heads";

export interface Store {
  /** whether a killed tab loses nothing */
  readonly persistent: boolean;
  visit(origin: string): Promise<Kept | undefined>;
  visits(): Promise<Kept[]>;
  keep(kept: Kept): Promise<void>;
  erase(origin: string): Promise<void>;
  /** newest checkpoint of a log; nothing about the voter */
  head(origin: string): Promise<string | undefined>;
  keepHead(origin: string, checkpoint: string): Promise<void>;
}

/** Open what there is; records that are too old are erased at once. */
export async function openStore(memoryOnly: boolean, now: number): Promise<Store> {
  const database = memoryOnly ? undefined : await openDatabase();
  const store = database === undefined ? new MemoryStore() : new BrowserStore(database);
  for (const kept of await store.visits()) {
    if (isStale(kept, now)) await store.erase(kept.origin);
  }
  return store;
}

export class MemoryStore implements Store {
  readonly persistent = false;
  readonly #visits = new Map<string, Kept>();
  readonly #heads = new Map<string, string>();

  async visit(origin: string): Promise<Kept | undefined> {
    return this.#visits.get(origin);
  }

  async visits(): Promise<Kept[]> {
    return [...this.#visits.values()];
  }

  async keep(kept: Kept): Promise<void> {
    this.#visits.set(kept.origin, kept);
  }

  async erase(origin: string): Promise<void> {
    this.#visits.delete(origin);
  }

  async head(origin: string): Promise<string | undefined> {
    return this.#heads.get(origin);
  }

  async keepHead(origin: string, checkpoint: string): Promise<void> {
    this.#heads.set(origin, checkpoint);
  }
}

class BrowserStore implements Store {
  readonly persistent = true;
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  visit(origin: string): Promise<Kept | undefined> {
    return this.#ask(VISITS, "readonly", (table) => table.get(origin));
  }

  visits(): Promise<Kept[]> {
    return this.#ask(VISITS, "readonly", (table) => table.getAll());
  }

  async keep(kept: Kept): Promise<void> {
    await this.#ask(VISITS, "readwrite", (table) => table.put(kept, kept.origin));
  }

  async erase(origin: string): Promise<void> {
    await this.#ask(VISITS, "readwrite", (table) => table.delete(origin));
  }

  head(origin: string): Promise<string | undefined> {
    return this.#ask(HEADS, "readonly", (table) => table.get(origin));
  }

  async keepHead(origin: string, checkpoint: string): Promise<void> {
    await this.#ask(HEADS, "readwrite", (table) => table.put(checkpoint, origin));
  }

  #ask<T>(
    name: string,
    mode: IDBTransactionMode,
    work: (table: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(name, mode, { durability: "strict" });
      const request = work(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? request.error);
    });
  }
}

/** Nothing is returned where the browser refuses: private windows, full disks. */
function openDatabase(): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(VISITS);
        request.result.createObjectStore(HEADS);
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = request.onblocked = () => resolve(undefined);
    } catch {
      resolve(undefined);
    }
  });
}
