/** The worker's script: one desk, asked by messages, that dies with all it knows. */

import { Desk } from "./desk.ts";
import type { Answer, Request } from "./types.ts";

interface Scope {
  onmessage: ((event: { data: Request }) => void) | null;
  postMessage(answer: Answer): void;
}

const scope = globalThis as unknown as Scope;
const desk = new Desk((address) => fetch(address));

scope.onmessage = ({ data }) => {
  void desk.answer(data, (answer) => scope.postMessage(answer));
};
