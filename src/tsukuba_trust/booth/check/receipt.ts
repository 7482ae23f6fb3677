/** V8: find a ballot by its receipt number or tracker, and prove that it stands on the board. */

import { b64 } from "../crypto/digests.ts";
import { readReceiptNumber, receiptNumber, shortTracker } from "../receipts.ts";
import { BoothError } from "../types.ts";
import { Board } from "./board.ts";
import { type BallotEntry, judge, newestLater, type Said, type Verdict } from "./later.ts";

const TRIES = 3; // for a head that holds what the server names
const PAUSE_MS = 1_000;

type Words = DOMStringMap;

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

/** Ask which later ballot replaces this one: a word that the log has to confirm. */
async function askServer(graphql: string, contest: string, tracker: string): Promise<Said> {
  const body = JSON.stringify({ query: QUERY, variables: { contest, tracker } });
  const headers = { "Content-Type": "application/json" };
  try {
    const answer = await fetch(graphql, { method: "POST", headers, body, credentials: "omit" });
    const value = (await answer.json()) as { data?: { receipt?: { replacedBy: number | null } | null } };
    return value.data === undefined ? undefined : (value.data.receipt?.replacedBy ?? null);
  } catch {
    return undefined;
  }
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
  answer.className = good ? "tt-good" : "tt-error";
}

/** What the log and the server say about later ballots, and whether that is in order. */
function verdictLines(words: Words, verdict: Verdict): { lines: string[]; good: boolean } {
  const replaced = (later: number | null) =>
    later === null ? `${words.newest}` : `${words.replaced} ${later}`;
  switch (verdict.kind) {
    case "read":
      return { lines: [replaced(verdict.later), `${words.readHere}`], good: true };
    case "hidden":
      return { lines: [replaced(verdict.later), `${words.hidden}`], good: false };
    case "invented":
      return { lines: [replaced(verdict.later), `${words.invented} ${verdict.said}`], good: false };
    case "unread": {
      const said = verdict.said === undefined ? [] : [replaced(verdict.said)];
      return { lines: [...said, `${words.unread}`, `${words.verify}`], good: true };
    }
  }
}

/** Read the log, ask the server, and read again while it names what no head holds yet. */
async function verdictOf(found: Found, graphql: string, tell: (text: string) => void): Promise<Verdict> {
  const { index, contest, tracker, words } = found;
  const step = (done: number, of: number) => tell(`${words.reading} ${done} / ${of}`);
  const said = await askServer(graphql, contest, tracker);
  for (let left = TRIES; ; left--) {
    const isAhead = typeof said === "number" && said >= found.board.head.size;
    if (!isAhead || left === 0) return judge(await newestLater(found.board, index, step), said);
    await new Promise((done) => setTimeout(done, PAUSE_MS));
    found.board = await Board.open(found.address);
  }
}

interface Found {
  address: string;
  board: Board;
  index: number;
  contest: string;
  tracker: string;
  words: Words;
}

async function find(address: string, index: number, wanted: string, isFull: boolean): Promise<Found> {
  const board = await Board.open(address);
  const entry = JSON.parse(await board.entry(index)) as BallotEntry;
  const tracker = entry.type === "BallotAccepted" ? trackerOf(entry) : "";
  const same = isFull ? tracker === wanted : tracker !== "" && shortTracker(tracker) === wanted;
  if (!same) throw new BoothError("receipt_not_found");
  return { address, board, index, contest: entry.contest, tracker, words: part("answer").dataset };
}

async function check(index: number, wanted: string, isFull: boolean): Promise<void> {
  const words = part("answer").dataset;
  const select = part("election") as HTMLSelectElement;
  const option = select.selectedOptions[0];
  if (option === undefined) return;
  say([words.busy ?? ""], true);
  try {
    const address = new URL(option.dataset.board ?? "", location.href).href;
    const found = await find(address, index, wanted, isFull);
    const received = `${words.received} ${index} (${receiptNumber(index, found.tracker)})`;
    const graphql = select.form?.dataset.graphql ?? "";
    const verdict = await verdictOf(found, graphql, (text) => say([received, text], true));
    const { lines, good } = verdictLines(words, verdict);
    say([received, ...lines, `${words.head}: ${found.board.head.size}`], good);
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
