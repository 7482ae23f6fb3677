/**
 * A desk for tests in another language: one call as JSON per line in, one answer per line out.
 *
 * `times` asks for the same call again; addresses are folders of a static record.
 */

import * as fs from "node:fs";
import * as path from "node:path";
import * as readline from "node:readline";
import { Desk } from "../../../src/tsukuba_trust/booth/desk.ts";
import type { Answer } from "../../../src/tsukuba_trust/booth/types.ts";

const desk = new Desk(async (address) => {
  if (address.startsWith("http://")) return fetch(address);
  const file = path.resolve(address);
  const ok = fs.existsSync(file);
  const data = ok ? fs.readFileSync(file) : new Uint8Array();
  return { ok, arrayBuffer: async () => Uint8Array.from(data).buffer };
});

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { call, input, times = 1 } = JSON.parse(line);
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    const answers: Answer[] = [];
    await desk.answer({ id: 1, call, input }, (answer) => answers.push(answer));
    const ms = performance.now() - start;
    process.stdout.write(`${JSON.stringify({ ...answers.at(-1), ms })}\n`);
  }
}
