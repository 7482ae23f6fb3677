/** V8: find a ballot by its receipt number or tracker, and prove that it stands on the board. */

import { b64 } from "../crypto/digests.ts";
import { readReceiptNumber, receiptNumber, shortTracker } from "../receipts.ts";
import { BoothError } from "../types.ts";
import { Board } from "./board.ts";

interface BallotEntry {
  type: string;
  contest: string;
  ballot: { text?: string; sha256?: string };
}

const QUERY = `query ReceiptByTracker($contest: String!, $tracker: String!) {
  receipt(contest: $contest, tracker: $tracker) { index replacedBy } }`;

function part(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement;
}

/** The tracker of a ballot entry: Base64 of SHA-256 without "=". */
function trackerOf(entry: BallotEntry): string {
  if (entry.ballot.text !== undefined) return b64(entry.ballot.text);
  const digits = entry.ballot.sha256 ?? "";
  const bytes = digits.match(/../g)?.map((pair) => String.fromCharCode(parseInt(pair, 16)));
  return btoa((bytes ?? []).join("")).replace(/=+$/, "");
}

/** Ask which later ballot of the same voter replaces this one; the answer is only a hint. */
async function replacedBy(graphql: string, contest: string, tracker: string): Promise<number | null> {
  const body = JSON.stringify({ query: QUERY, variables: { contest, tracker } });
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(graphql, { method: "POST", headers, body, credentials: "omit" });
  const value = (await answer.json()) as { data?: { receipt?: { replacedBy: number | null } } };
  return value.data?.receipt?.replacedBy ?? null;
}

function say(lines: string[], good: boolean): void {
  const answer = part("answer");
  answer.replaceChildren(
    ...lines.map((line) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      return paragraph;
    }),
  );
  answer.className = good ? "tt-good" : "tt-warning";
}

async function check(index: number, wanted: string, isFull: boolean): Promise<void> {
  const words = part("answer").dataset;
  const select = part("election") as HTMLSelectElement;
  const option = select.selectedOptions[0];
  if (option === undefined) return;
  say([words.busy ?? ""], true);
  try {
    const address = new URL(option.dataset.board ?? "", location.href).href;
    const board = await Board.open(address);
    const entry = JSON.parse(await board.entry(index)) as BallotEntry;
    const tracker = entry.type === "BallotAccepted" ? trackerOf(entry) : "";
    const found = isFull ? tracker === wanted : tracker !== "" && shortTracker(tracker) === wanted;
    if (!found) throw new BoothError("receipt_not_found");
    const lines = [`${words.received} ${index} (${receiptNumber(index, tracker)})`];
    const later = await replacedBy(select.form?.dataset.graphql ?? "", entry.contest, tracker);
    if (later !== null) lines.push(`${words.replaced} ${later}`);
    lines.push(`${words.head}: ${board.head.size}`);
    say(lines, true);
  } catch (error) {
    const code = error instanceof BoothError ? error.code : "network";
    say([code === "receipt_not_found" ? (words.notFound ?? "") : `${words.bad} (${code})`], false);
  }
}

function checkTyped(): void {
  const typed = (part("number") as HTMLInputElement).value;
  const read = readReceiptNumber(typed);
  if (read === undefined) say([part("answer").dataset.malformed ?? ""], false);
  else void check(read.index, read.short, false);
}

/** Read `#<election>.<index>.<tracker>`, which no request ever carries. */
function checkFragment(): void {
  const match = /^#([a-z0-9-]+)\.([0-9]{1,15})\.([A-Za-z0-9+/]{43})$/.exec(
    decodeURIComponent(location.hash),
  );
  if (match === null) return;
  const [, slug = "", index = "", tracker = ""] = match;
  (part("election") as HTMLSelectElement).value = slug;
  (part("number") as HTMLInputElement).value = receiptNumber(Number(index), tracker);
  void check(Number(index), tracker, true);
}

export function startReceipts(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    checkTyped();
  });
  window.addEventListener("hashchange", checkFragment);
  checkFragment();
}
