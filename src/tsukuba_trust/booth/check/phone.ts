/** The demo's simulated phone: an app of a third party, on the public API alone. */

const ASK = `query IdentificationRequest($attempt: Hex16!) { identificationRequest(attempt: $attempt) {
  __typename ... on Refusal { code message { text } help { text } } ... on IdentificationRequest {
    challenge { __typename ... on AppChallenge { text } } } } }`;
const ANSWER = `mutation CompleteIdentification($input: CompleteIdentificationInput!) {
  completeIdentification(input: $input) { __typename ... on Refusal { code message { text } help { text } }
    ... on CompleteIdentificationSuccess { returnAddress digits } } }`;

interface Result {
  code?: string;
  message?: { text: string };
  help?: { text: string };
  challenge?: { text?: string };
  returnAddress?: string;
  digits?: string | null;
}

function part<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

async function post(address: string, body: unknown): Promise<unknown> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  return answer.json();
}

async function graphql(form: HTMLFormElement, query: string, variables: unknown): Promise<Result> {
  const value = (await post(form.dataset.graphql ?? "", { query, variables })) as {
    data?: Record<string, Result> | null;
    errors?: { extensions?: { code?: string } }[];
  };
  const code = value.errors?.[0]?.extensions?.code;
  if (code !== undefined) return { code };
  return Object.values(value.data ?? {})[0] ?? { code: "server_busy" };
}

function say(...lines: (string | HTMLElement)[]): void {
  part("answer").replaceChildren(
    ...lines.map((line) => {
      const paragraph = document.createElement("p");
      paragraph.append(line);
      return paragraph;
    }),
  );
}

/** Tell a refusal: the API's sentence, what can be done, and the code for the help desk. */
function refuse(code: string, ...sentences: (string | undefined)[]): void {
  const told = sentences.filter((one): one is string => one !== undefined && one !== "");
  say(...told, `${part("answer").dataset.refused} ${code.toLowerCase()}`);
}

function attempt(): string {
  return /[0-9a-f]{32}/.exec(part<HTMLInputElement>("attempt").value)?.[0] ?? "";
}

async function read(form: HTMLFormElement): Promise<void> {
  const asked = await graphql(form, ASK, { attempt: attempt() });
  part("request").hidden = asked.code !== undefined;
  if (asked.code !== undefined) refuse(asked.code, asked.message?.text, asked.help?.text);
  else {
    part("text").textContent = asked.challenge?.text ?? "";
    part("password").focus();
    say("");
  }
}

async function sign(form: HTMLFormElement): Promise<void> {
  const words = part("answer").dataset;
  const signed = (await post(form.dataset.sign ?? "", {
    person: part<HTMLSelectElement>("person").value,
    password: part<HTMLInputElement>("password").value,
    text: part("text").textContent,
  })) as { code?: string; left?: string; message?: string; help?: string; response?: unknown };
  if (signed.code !== undefined) {
    refuse(signed.code, signed.message, signed.help, `${words.left} ${signed.left ?? ""}`);
    return;
  }
  const input = { attempt: attempt(), response: signed.response };
  const result = await graphql(form, ANSWER, { input });
  if (result.code !== undefined) refuse(result.code, result.message?.text, result.help?.text);
  else if (part<HTMLInputElement>("lose").checked) say(words.lost ?? "");
  else show(result);
}

function show(result: Result): void {
  const words = part("answer").dataset;
  const link = document.createElement("a");
  link.href = result.returnAddress ?? "";
  link.id = "return";
  link.textContent = words.return ?? "";
  if (!result.digits) {
    say(link);
    return;
  }
  const digits = document.createElement("strong");
  digits.id = "digits";
  digits.textContent = `${result.digits.slice(0, 3)} ${result.digits.slice(3)}`;
  say(digits, words.digits ?? "", link);
}

const form = part<HTMLFormElement>("phone-form");
part("fetch").addEventListener("click", () => void read(form));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void sign(form);
});
/** The links to other languages lead to the same attempt. */
function keepInLinks(found: string): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[hreflang]")) link.hash = found;
}
function fromAddress(): void {
  const found = /^#([0-9a-f]{32})$/.exec(location.hash)?.[1];
  if (found === undefined) return;
  keepInLinks(found);
  part<HTMLInputElement>("attempt").value = found;
  void read(form);
}
window.addEventListener("hashchange", fromAddress);
fromAddress();
