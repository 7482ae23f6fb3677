import assert from "node:assert/strict";
import { test } from "node:test";
import { startWorker } from "../../../src/tsukuba_trust/booth/browser.ts";
import { Desk } from "../../../src/tsukuba_trust/booth/desk.ts";
import { Sealer, type WorkerLike } from "../../../src/tsukuba_trust/booth/sealer.ts";
import type { Request } from "../../../src/tsukuba_trust/booth/types.ts";
import { record, refusal, UUID } from "./vectors.ts";

/** A worker without a thread: a desk of its own that dies with it. */
class DeskWorker implements WorkerLike {
  static alive = 0;
  onmessage: WorkerLike["onmessage"] = null;
  onerror: WorkerLike["onerror"] = null;
  #desk: Desk | undefined = new Desk(fetch);

  constructor() {
    DeskWorker.alive++;
  }

  postMessage(message: unknown): void {
    const request = structuredClone(message) as Request;
    queueMicrotask(() => {
      void this.#desk?.answer(request, (data) => this.onmessage?.({ data: structuredClone(data) }));
    });
  }

  terminate(): void {
    this.#desk = undefined;
    DeskWorker.alive--;
  }
}

const INPUT = { origin: "o", contests: [record()], choices: { [UUID]: [0, 1, 0] } };

test("it seals, tells progress and opens a ballot for a test", async () => {
  const sealer = new Sealer(() => new DeskWorker());
  const seen: number[] = [];
  const sealed = await sealer.seal(INPUT, (done) => seen.push(done));
  const file = await sealer.opening(UUID);
  const opened = await sealer.checkOpening(file.text, INPUT.contests[0]?.record ?? "");
  assert.deepEqual(seen, [1, 2, 3]);
  assert.equal(opened.tracker, sealed.ballots[UUID]?.tracker);
  sealer.end();
});

test("forgetting ends the worker, and no opening is left", async () => {
  const sealer = new Sealer(() => new DeskWorker());
  await sealer.seal(INPUT);
  sealer.forget();
  assert.equal(DeskWorker.alive, 1);
  await assert.rejects(sealer.opening(UUID), refusal("opening_gone"));
  sealer.end();
  assert.equal(DeskWorker.alive, 0);
});

test("forgetting refuses what is under way", async () => {
  const sealer = new Sealer(() => new DeskWorker());
  const underWay = sealer.seal(INPUT);
  sealer.forget();
  await assert.rejects(underWay, refusal("opening_gone"));
  sealer.end();
});

test("a worker that dies is told as such and started again", async () => {
  const workers: DeskWorker[] = [];
  const sealer = new Sealer(() => {
    workers.push(new DeskWorker());
    return workers.at(-1) as DeskWorker;
  });
  const underWay = sealer.seal(INPUT);
  workers[0]?.onerror?.(new Event("error"));
  await assert.rejects(underWay, refusal("worker_failed"));
  assert.ok((await sealer.seal(INPUT)).ballots[UUID]);
  assert.equal(workers.length, 2);
  sealer.end();
});

test("the only trusted-types policy lets the worker's address pass and no other", () => {
  const scope = globalThis as Record<string, unknown>;
  const started: string[] = [];
  let createScriptURL = (url: string) => url;
  scope.WORKER_NAME = "worker.0123456789abcdef.js";
  scope.trustedTypes = {
    createPolicy(name: string, rules: { createScriptURL: (url: string) => string }) {
      assert.equal(name, "booth");
      createScriptURL = rules.createScriptURL;
      return rules;
    },
  };
  scope.Worker = class {
    constructor(url: string) {
      started.push(url);
    }
  };
  startWorker();
  startWorker(); // a second policy of the same name would be refused by the browser
  assert.equal(started.length, 2);
  assert.match(started[0] ?? "", /\/worker\.0123456789abcdef\.js$/);
  assert.throws(() => createScriptURL("https://evil.example/worker.js"), refusal("worker_failed"));
  for (const name of ["WORKER_NAME", "trustedTypes", "Worker"]) delete scope[name];
});
