/** What only a browser can do: start the worker under trusted types, draw random bytes. */

import type { WorkerLike } from "./sealer.ts";
import { BoothError } from "./types.ts";

/** Address of the built worker beside the page script; the build puts the name in. */
declare const WORKER_NAME: string;

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): {
    createScriptURL(url: string): string;
  };
}

let policy: ReturnType<TrustedTypes["createPolicy"]> | undefined;

/** Start the sealing worker. The only policy of the page lets exactly its address pass. */
export function startWorker(): WorkerLike {
  const address = new URL(WORKER_NAME, import.meta.url).href;
  const trusted = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  policy ??= trusted?.createPolicy("booth", {
    createScriptURL(url: string): string {
      if (url !== address) throw new BoothError("worker_failed");
      return url;
    },
  });
  const url = policy?.createScriptURL(address) ?? address;
  return new Worker(url, { type: "module" }) as unknown as WorkerLike;
}

/**
 * Draw random bytes as lower-case hexadecimal: blinds, page secrets.
 *
 * Refuses to go on without the system's generator; there is no other source (attack P09).
 */
export function randomHex(size: number): string {
  const source = globalThis.crypto;
  if (typeof source?.getRandomValues !== "function") throw new BoothError("no_randomness");
  const bytes = source.getRandomValues(new Uint8Array(size));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
