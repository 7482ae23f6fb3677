/** Tabs of this host talk to each other: one of them goes on, the others stop. */

const CHANNEL = "tsukuba-trust";
const HEARD_MS = 600;

type Message =
  /** a tab goes on with this visit; all others stop */
  | { kind: "taken"; origin: string; from: string }
  /** a return address was opened in a browser tab that does not know the attempt */
  | { kind: "returned"; attempt: string; token: string; from: string }
  | { kind: "heard"; attempt: string; from: string };

export class Tabs {
  readonly #channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : undefined;
  readonly #name = crypto.randomUUID();
  #taken: ((origin: string) => void) | undefined;
  #returned: ((attempt: string, token: string) => boolean) | undefined;

  constructor() {
    this.#channel?.addEventListener("message", ({ data }: MessageEvent<Message>) => this.#hear(data));
  }

  /** Tell all other tabs that this one goes on. */
  take(origin: string): void {
    this.#channel?.postMessage({ kind: "taken", origin, from: this.#name });
  }

  onTaken(listener: (origin: string) => void): void {
    this.#taken = listener;
  }

  /** The listener says whether the attempt is its own. */
  onReturned(listener: (attempt: string, token: string) => boolean): void {
    this.#returned = listener;
  }

  /** Hand a token to the tab that waits for it; true when one has taken it. */
  hand(attempt: string, token: string): Promise<boolean> {
    const channel = this.#channel;
    if (channel === undefined) return Promise.resolve(false);
    return new Promise((resolve) => {
      const listen = ({ data }: MessageEvent<Message>) => {
        if (data.kind === "heard" && data.attempt === attempt) finish(true);
      };
      const finish = (heard: boolean) => {
        channel.removeEventListener("message", listen);
        resolve(heard);
      };
      channel.addEventListener("message", listen);
      channel.postMessage({ kind: "returned", attempt, token, from: this.#name });
      setTimeout(() => finish(false), HEARD_MS);
    });
  }

  #hear(message: Message): void {
    if (message.from === this.#name) return;
    if (message.kind === "taken") this.#taken?.(message.origin);
    if (message.kind === "returned" && this.#returned?.(message.attempt, message.token)) {
      this.#channel?.postMessage({ kind: "heard", attempt: message.attempt, from: this.#name });
    }
  }
}

/** Run with the lock of an attempt; undefined when another tab holds it. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
  if (navigator.locks === undefined) return work();
  return navigator.locks.request(name, { ifAvailable: true }, async (lock) =>
    lock === null ? undefined : work(),
  );
}
