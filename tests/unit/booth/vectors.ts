/** Vectors of tests/vectors, and small things that several tests make. */

import * as fs from "node:fs";
import * as path from "node:path";
import { groupNamed } from "../../../src/tsukuba_trust/booth/crypto/groups.ts";
import { BoothError, type ContestRecord } from "../../../src/tsukuba_trust/booth/types.ts";

const VECTORS = path.join(import.meta.dirname, "../../vectors");

// biome-ignore lint: the vectors' shape is that of the file
export function readVectors(name: string): any {
  return JSON.parse(fs.readFileSync(path.join(VECTORS, name), "utf8"));
}

export const GROUPS = ["Ed25519", "BELENIOS-2048", "RFC-3526-2048"];
export const UUID = "HRjeJJBNa8huFh";

export interface Asked {
  options?: number;
  min?: number;
  max?: number;
  blank?: boolean;
  group?: string;
  uuid?: string;
}

/** A record with the election key g^5. */
export function record(asked: Asked = {}): ContestRecord {
  const { options = 3, min = 1, max = 1, group: name = "Ed25519", uuid = UUID } = asked;
  const group = groupNamed(name);
  const [key] = group.encode([group.fixedBase(group.generator)(5n)]);
  const answers = Array.from({ length: options }, (_, i) => `候補者${i}`);
  const blank = asked.blank === undefined ? {} : { blank: asked.blank };
  const text = JSON.stringify({
    version: 1,
    description: "説明",
    name: "試し",
    group: name,
    public_key: key,
    questions: [{ answers, ...blank, min, max, question: "どれ" }],
    uuid,
  });
  return { uuid, record: text };
}

/** What `assert.throws` and `assert.rejects` take: a refusal with this code. */
export function refusal(code: string): (error: unknown) => boolean {
  return (error) => error instanceof BoothError && error.code === code;
}
