/**
 * A voting program of somebody else: casts a ballot with nothing but a generated client.
 *   node vote.ts <client.ts> <voting host> <slug> <contest> <ballot file>
 */
import {readFileSync} from "node:fs";
import {print} from "graphql";
import type {DocumentNode} from "graphql";

const [client, host, slug, contest, file] = process.argv.slice(2) as string[];
const {getSdk} = await import(client!);

async function ask(document: DocumentNode, variables: unknown): Promise<unknown> {
  const answer = await fetch(`${host}/graphql/cast`, {
    method: "POST",
    headers: {"content-type": "application/json"},
    body: JSON.stringify({query: print(document), variables}),
  });
  const {data, errors} = (await answer.json()) as {data: unknown; errors: unknown};
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

const sdk = getSdk(ask);
const {election} = await sdk.BoothContest({slug});
const ballot = readFileSync(file!, "utf8");
const cast = await sdk.CastBallot({input: {contest, ballot, padding: ""}});
console.log(JSON.stringify({title: election.title.texts[0].text, cast: cast.castBallot}));
