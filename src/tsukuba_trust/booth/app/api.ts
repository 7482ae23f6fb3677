/** The calls of the voting host: trusted documents by name (voting-flow 11). */

import type { Attempt as KeptAttempt, Challenge } from "./kept.ts";
import type { Credential } from "../types.ts";
import type { Election } from "./election.ts";

const PATIENCE_MS = 25_000;

/** No answer came, or none that this service wrote: the request may have arrived. */
export class Lost extends Error {
  readonly sent: boolean;

  constructor(sent: boolean) {
    super("lost");
    this.sent = sent;
  }
}

/** The service refused. Nothing was changed by the call. */
export class Refused extends Error {
  readonly code: string;
  readonly incident: string;
  readonly details: RefusalDetails;

  constructor(code: string, details: RefusalDetails = {}) {
    super(code);
    this.code = code;
    this.details = details;
    this.incident = details.incident ?? "";
  }
}

export interface RefusalDetails {
  incident?: string;
  retryAfterMs?: number | null;
  opens?: string;
  closes?: string;
  index?: number;
  step?: string;
  triesLeft?: number | null;
}

export interface Progress {
  state: "WAITING" | "OPENED" | "ANSWERED" | "REFUSED" | "CONTESTED" | "CLAIMED" | "EXPIRED";
  refusal: string | null;
  expiresAt: string;
  pollAfterMs: number;
}

export interface Claimed {
  index: number;
  entry: string;
  receipt: string;
  earlierUses: number | null;
  lastDay: string | null;
}

export interface Receipt {
  contest: string;
  tracker: string;
  index: number;
  proof: string;
  replacedBy: number | null;
}

export interface Registration {
  index: number;
  entry: string;
  receipt: string;
  current: number;
  ballot: number | null;
}

export interface StartInput {
  election: string;
  definition: string;
  provider: string;
  credentials: Credential[];
  blind: string;
  pageSecretHash: string;
  locale: string;
}

export type Started = Pick<KeptAttempt, "deviceAddress" | "qr"> & {
  attempt: string;
  pollAfterMs: number;
  challenge: Challenge;
};

type Endpoint = "identify" | "cast";

async function post(endpoint: Endpoint, body: string): Promise<Response> {
  if (navigator.onLine === false) throw new Lost(false);
  try {
    return await fetch(`/graphql/${endpoint}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Lost(true);
  }
}

interface Reply {
  data?: Record<string, unknown>;
  errors?: { extensions?: { code?: string; incident?: string; retryAfterMs?: number } }[];
}

async function call(endpoint: Endpoint, body: string): Promise<unknown> {
  const response = await post(endpoint, body);
  let reply: Reply;
  try {
    reply = (await response.json()) as Reply;
  } catch {
    throw new Lost(true);
  }
  const refused = reply.errors?.[0]?.extensions;
  if (refused?.code === "internal_error") throw new Refused("server_busy", refused);
  if (reply.errors) throw new Refused(refused?.code ?? "server_busy", refused);
  const value = Object.values(reply.data ?? {})[0];
  if (isRefusal(value)) throw new Refused(value.code.toLowerCase(), value);
  return value;
}

function isRefusal(value: unknown): value is RefusalDetails & { code: string } {
  return typeof value === "object" && value !== null && "code" in value;
}

function ask(endpoint: Endpoint, operationName: string, variables: unknown): Promise<unknown> {
  return call(endpoint, JSON.stringify({ operationName, variables }));
}

export class Api {
  election(slug: string): Promise<Election | null> {
    return ask("cast", "BoothContest", { slug }) as Promise<Election | null>;
  }

  start(input: StartInput): Promise<Started> {
    return ask("identify", "StartIdentification", { input }) as Promise<Started>;
  }

  progress(id: string, pageSecret: string): Promise<Progress> {
    return ask("identify", "Attempt", { id, pageSecret }) as Promise<Progress>;
  }

  complete(attempt: string, response: unknown): Promise<{ returnAddress: string }> {
    const input = { attempt, response };
    return ask("identify", "CompleteIdentification", { input }) as Promise<{ returnAddress: string }>;
  }

  claim(attempt: string, pageSecret: string, token: string): Promise<Claimed> {
    const input = { attempt, pageSecret, token };
    return ask("identify", "ClaimIdentification", { input }) as Promise<Claimed>;
  }

  /** `body` is a whole request of constant length, see padding.ts. */
  async cast(body: string): Promise<Receipt> {
    return ((await call("cast", body)) as { receipt: Receipt }).receipt;
  }

  receipt(contest: string, tracker: string): Promise<Receipt | null> {
    return ask("cast", "ReceiptByTracker", { contest, tracker }) as Promise<Receipt | null>;
  }

  registration(contest: string, credential: string): Promise<Registration | null> {
    return ask("cast", "Registration", { contest, credential }) as Promise<Registration | null>;
  }
}
