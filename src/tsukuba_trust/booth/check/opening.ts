/** /check/test: open the file of a tested ballot; it is read here and sent nowhere. */

import { checkOpening } from "../crypto/opening.ts";
import { shortTracker } from "../receipts.ts";
import { BoothError } from "../types.ts";
import { Board } from "./board.ts";

interface TrusteesFixed {
  records: { contest: string; record: { sha256: string } }[];
}

/** The contest's record from the log's entry 1, under a signed head. */
async function recordOf(address: string, contest: string): Promise<string> {
  const board = await Board.open(address);
  const fixed = JSON.parse(await board.entry(1)) as TrusteesFixed;
  const found = fixed.records.find((item) => item.contest === contest);
  if (found === undefined) throw new BoothError("opening_invalid");
  return board.blob(found.record.sha256);
}

async function open(form: HTMLFormElement, text: string): Promise<void> {
  const place = document.getElementById("opened") as HTMLElement;
  const words = place.dataset;
  try {
    const file = JSON.parse(text) as { log?: unknown; contest?: unknown };
    if (typeof file.log !== "string" || typeof file.contest !== "string") {
      throw new BoothError("opening_invalid");
    }
    const slug = file.log.slice(file.log.lastIndexOf("/") + 1);
    const address = new URL(`${form.dataset.boards}${slug}/`, location.href).href;
    const opened = checkOpening(text, await recordOf(address, file.contest));
    const chosen = opened.blank ? [words.blank ?? ""] : opened.chosen;
    say(place, words.good ?? "", chosen.length > 0 ? chosen : [words.nothing ?? ""], "tt-good");
    place.append(markOf(words, shortTracker(opened.tracker)));
  } catch (error) {
    const code = error instanceof BoothError ? error.code : "opening_invalid";
    const told = code === "opening_differs" ? words.bad : words.invalid;
    say(place, `${told} (${code})`, [], "tt-warning");
  }
}

/** The mark that the voting device showed before it knew of the test. */
function markOf(words: DOMStringMap, mark: string): HTMLElement {
  const paragraph = document.createElement("p");
  const shown = document.createElement("bdi");
  shown.textContent = mark;
  shown.translate = false;
  paragraph.append(`${words.mark} `, shown, document.createElement("br"), words.compare ?? "");
  return paragraph;
}

function say(place: HTMLElement, sentence: string, items: string[], name: string): void {
  const paragraph = document.createElement("p");
  paragraph.textContent = sentence;
  const list = document.createElement("ul");
  for (const item of items) {
    const line = document.createElement("li");
    line.textContent = item;
    line.translate = false;
    list.append(line);
  }
  place.className = name;
  place.replaceChildren(paragraph, ...(items.length > 0 ? [list] : []));
}

export function startOpenings(form: HTMLFormElement): void {
  const input = document.getElementById("file") as HTMLInputElement;
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (file !== undefined) await open(form, await file.text());
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}
