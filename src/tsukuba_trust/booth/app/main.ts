/** The booth starts: look, language, election, what this browser kept. */

import { startWorker } from "../browser.ts";
import { Sealer } from "../sealer.ts";
import { Api, Lost, Refused } from "./api.ts";
import { Booth } from "./booth.ts";
import { lacking, noWorker } from "./device.ts";
import { readReturn } from "./digits.ts";
import { el } from "./dom.ts";
import { type Election, SCHEMES } from "./election.ts";
import { Idle } from "./idle.ts";
import { Journey } from "./journey.ts";
import { closeKiosk, isKiosk, KIOSK_IDLE_MS, onToken } from "./kiosk.ts";
import type { Kept } from "./kept.ts";
import { afterTheEnd, isStale, KEPT_MS, placeOf } from "./kept.ts";
import { banner, button } from "./parts.ts";
import { wordsFor } from "./problems.ts";
import { notFound, returnUnknown } from "./screens/returning.ts";
import { problem } from "./screens/fault.ts";
import { waiting } from "./screens/waiting.ts";
import { Stage } from "./stage.ts";
import { openStore, type Store } from "./store.ts";
import { Tabs } from "./tabs.ts";
import { type Catalogue, m, Texts } from "./texts.ts";
import { readLook, View } from "./view.ts";

interface Page {
  texts: Texts;
  view: View;
  stage: Stage;
  store: Store;
  tabs: Tabs;
  api: Api;
  query: URLSearchParams;
}

/** Load all languages at once: switching later causes no request (attack B07). */
async function loadTexts(texts: Texts): Promise<string[]> {
  const metas = [...document.querySelectorAll<HTMLMetaElement>('meta[name^="texts-"]')];
  const loads = metas.map(async (meta) => {
    const tag = meta.name.slice("texts-".length);
    const [file = "", integrity = ""] = meta.content.split(" ");
    const address = `/texts/${file.slice("texts.".length)}`;
    const response = await fetch(address, { integrity, credentials: "omit" });
    texts.catalogues[tag] = (await response.json()) as Catalogue;
    return tag;
  });
  return Promise.all(loads);
}

async function open(): Promise<Page> {
  const query = new URLSearchParams(location.search);
  const texts = new Texts();
  const known = await loadTexts(texts);
  const main = document.getElementById("main") as HTMLElement;
  const status = document.getElementById("status") as HTMLElement;
  const stage = new Stage(texts, main, status);
  const view = new View(readLook(query, known, navigator.languages), texts, known);
  const header = document.getElementById("header") as HTMLElement;
  header.replaceChildren(texts.say(el("p", { class: "brand" }), m("Internet voting")), view.controls());
  if (!view.look.kiosk) document.body.append(footer(texts));
  view.changed = () => stage.retitle();
  view.apply();
  const store = await openStore(query.get("kiosk") === "1", Date.now());
  return { texts, view, stage, store, tabs: new Tabs(), api: new Api(), query };
}

function footer(t: Texts): HTMLElement {
  const link = el("a", { href: "/", rel: "noreferrer", "data-testid": "portal" });
  return el("footer", {}, el("p", {}, t.say(link, m("To the list of votes"))));
}

async function electionOf(page: Page, slug: string): Promise<Election | undefined> {
  const { stage, texts, api } = page;
  try {
    const found = await api.election(slug);
    if (found !== null) return found;
    notFound(stage, texts, wordsFor("unknown_election").what);
  } catch (error) {
    if (!(error instanceof Lost || error instanceof Refused)) throw error;
    notFound(stage, texts, wordsFor("network_lost_before_send").what);
  }
  return undefined;
}

function boothOf(page: Page, election: Election): Booth {
  const { api, store, texts, stage, tabs } = page;
  const sealer = new Sealer(lacking() === undefined ? startWorker : noWorker);
  return new Booth({ election, api, store, texts, stage, tabs, sealer });
}

/** The shell is the same bytes for everybody: only the record says that nothing here is real. */
function sayDemo(t: Texts): void {
  const said = banner(t, "info", "demo", m("This is a demo. Nothing here is a real vote."));
  said.setAttribute("role", "note");
  document.getElementById("header")?.append(said);
}

/** A page of an election: `/<slug>`. */
async function visit(page: Page, slug: string): Promise<void> {
  const election = await electionOf(page, slug);
  if (election === undefined) return;
  if (election.isDemo) sayDemo(page.texts);
  const booth = boothOf(page, election);
  booth.wanted = page.query.get("contest") ?? "";
  await booth.load();
  const journey = new Journey(booth);
  watch(page, booth, journey);
  await enter(booth, journey);
}

async function enter(booth: Booth, journey: Journey): Promise<void> {
  const { election, api, kept } = booth;
  const unsealable = election.contests.some(({ record, scheme }) => record === null || !SCHEMES.includes(scheme));
  const code = election.notTakingVotes?.toLowerCase() ?? "";
  if (code === "closed" && kept !== undefined) await booth.keep(afterTheEnd(kept));
  if (code !== "" && placeOf(kept) !== "send") {
    return waiting(booth, code, {
      receipts: () => journey.receipts(),
      look: async () => {
        const now = await api.election(election.slug).catch(() => null);
        const isOpen = now !== null && now.notTakingVotes === null;
        if (isOpen) location.reload();
        return isOpen;
      },
    });
  }
  if (unsealable) return problem(booth, { code: "device_unsupported" }, []);
  await journey.resume();
}

/** `/return#<attempt>.<token>`: the token leaves the address at once (attack O20). */
async function returned(page: Page, fragment: string): Promise<void> {
  const { stage, texts, store, tabs } = page;
  const found = readReturn(fragment);
  const kept = (await store.visits()).find(({ attempt }) => found !== undefined && attempt?.id === found.attempt);
  if (found === undefined || kept === undefined) {
    const heard = found !== undefined && (await tabs.hand(found.attempt, found.token));
    return returnUnknown(stage, texts, heard);
  }
  await store.keep(withToken(kept, found.token));
  history.replaceState(null, "", `/${kept.slug}${kept.look}`);
  page.view.take(new URLSearchParams(kept.look));
  await visit(page, kept.slug);
}

function withToken(kept: Kept, token: string): Kept {
  return kept.attempt === undefined ? kept : { ...kept, attempt: { ...kept.attempt, token } };
}

/** Other tabs, idleness, leaving: what may happen at any time. */
function watch(page: Page, booth: Booth, journey: Journey): void {
  const { tabs, texts: t } = page;
  const notice = document.getElementById("notice") as HTMLElement;
  tabs.onTaken((origin) => {
    if (origin === booth.election.origin && booth.kept !== undefined) journey.elsewhere();
  });
  tabs.onReturned((attempt, token) => {
    const mine = booth.kept?.attempt;
    if (mine?.id !== attempt || booth.store.persistent) return false;
    void journey.claim(mine, token);
    return true;
  });
  onToken((attempt, token) => journey.returned(attempt, token));
  addEventListener("beforeunload", (event) => {
    if (booth.chosen.length > 0) event.preventDefault();
  });
  new Idle({
    holding: () => booth.kept !== undefined || booth.chosen.length > 0 || (isKiosk() && booth.stage.current !== "V2"),
    warn: () => {
      const stay = button(t, { id: "stay", kind: "main", text: m("I am still here"), press: () => notice.replaceChildren() });
      notice.replaceChildren(banner(t, "warning", "idle", m("In 2 minutes everything here is erased.")), stay);
    },
    active: () => notice.replaceChildren(),
    expire: () => void expire(booth, journey),
  }, isKiosk() ? KIOSK_IDLE_MS : KEPT_MS);
}

async function begin(): Promise<void> {
  const fragment = location.hash;
  if (fragment !== "") history.replaceState(null, "", location.pathname + location.search);
  const page = await open();
  if (location.pathname === "/return") return returned(page, fragment);
  await visit(page, location.pathname.slice(1));
}

/** Erase everything, unless another tab has gone on with this visit. */
async function expire(booth: Booth, journey: Journey): Promise<void> {
  const kept = await booth.store.visit(booth.election.origin);
  if (!isKiosk() && kept !== undefined && !isStale(kept, Date.now())) return journey.elsewhere();
  await booth.erase();
  closeKiosk();
  const restart = { id: "restart", text: m("Start again"), press: () => journey.start() };
  problem(booth, { code: "session_expired" }, [restart]);
}

begin().catch(() => {
  // Nothing can be shown in any language that is not in the shell itself.
  const broken = document.getElementById("broken");
  broken?.classList.remove("late");
});
