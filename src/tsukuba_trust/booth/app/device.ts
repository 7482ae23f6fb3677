/** What a browser must have to seal a ballot; said before anybody chooses (attack P09). */

import type { WorkerLike } from "../sealer.ts";

type Lacking = "no_randomness" | "device_unsupported";

interface Scope {
  crypto?: { getRandomValues?: unknown };
  [name: string]: unknown;
}

const NEEDED = ["Worker", "BigInt", "AbortSignal"];

/** The code of what is missing. Storage is not needed: without it everything stays in memory. */
export function lacking(scope: Scope = globalThis as unknown as Scope): Lacking | undefined {
  if (typeof scope.crypto?.getRandomValues !== "function") return "no_randomness";
  if (NEEDED.some((name) => typeof scope[name] !== "function")) return "device_unsupported";
  return undefined;
}

/** Stands where a worker cannot be started: it never answers, and nothing asks it. */
export function noWorker(): WorkerLike {
  return { postMessage: () => undefined, terminate: () => undefined, onmessage: null, onerror: null };
}
