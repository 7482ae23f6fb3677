/** What the booth says when something does not go: the table of web.md 6, in plain words. */

import { m } from "./texts.ts";

export interface Words {
  /** what happened */
  what: string;
  /** what is safe, and what to do now */
  help: string;
}

const NOT_SENT = m("Your vote has not been sent.");
const NEW_CODE = m("Press “New code”. You do not have to choose again.");
const SAFE_HERE = m("Your sealed ballot stays in this browser for 30 minutes.");

const PROBLEMS: Record<string, [string, string]> = {
  card_locked: [m("The signature password of this card is locked."), m("Your vote has not been sent. The city office unlocks the card; a convenience store kiosk can do it too, with the phone app, if you know your other PIN.")],
  card_wrong_password: [m("The password was wrong."), m("The card locks after 5 wrong tries in a row. Stop before the last try if you are not sure. Its letters are capital letters.")],
  card_unreadable: [m("The card could not be read."), m("Hold card and phone still, take off the phone’s case, and try another position. No try was counted.")],
  cert_expired: [m("The certificate on this card has expired."), m("Your vote has not been sent. The city office renews the certificate free of charge.")],
  cert_revoked: [m("The certificate on this card is no longer valid."), m("It ends by itself when you move or change your name. The city office issues a new one; it works from the next day.")],
  cert_check_unavailable: [m("The service that checks certificates does not answer at present."), m("Your vote has not been sent. Try again later: the card has to be read again, but nothing has to be chosen again.")],
  cert_refused: [m("This card’s answer could not be accepted."), m("Your vote has not been sent. Try again; if it happens again, ask the help desk.")],
  counter_needed: [m("We cannot match you without a look at your documents."), m("Nothing is lost. Please bring your card to the counter.")],
  not_tsukuba: [m("The address on this card is outside Tsukuba."), m("People with a Tsukuba address on their card can take part. If you moved here recently, ask at the counter.")],
  not_eligible: [m("You cannot take part in this vote."), m("The conditions are listed at the start page. If you think this is wrong, ask at the counter.")],
  not_open: [m("Voting has not begun yet."), m("This page opens by itself when voting begins.")],
  closed: [m("Voting is over."), m("No more votes are taken. The result will be on the page of this vote.")],
  already_voted: [m("A ballot of yours is in already."), m("In this vote the first ballot counts and cannot be replaced.")],
  stale_definition: [m("This page is out of date."), m("Load it again. What you chose here has been forgotten, so please choose again.")],
  network_lost_before_send: [m("There is no connection. Nothing has been sent yet."), SAFE_HERE],
  network_lost_unknown: [m("The connection was lost. Your vote may have arrived."), m("We ask the service whether it did. Nothing can be counted twice: the same sealed ballot is sent again.")],
  server_busy: [m("The service is busy."), m("Please wait a little, then try again. Nothing is lost.")],
  session_expired: [m("Nothing was done here for 30 minutes, so everything was erased."), NOT_SENT],
  device_unsupported: [m("This browser cannot seal a ballot."), m("Please use an up-to-date browser, another device, or the counter.")],
  suspended: [m("The vote has been suspended by the commission."), m("Please look at the page of this vote for the next notice.")],
  unknown_attempt: [m("This code is not known or not valid any more."), NEW_CODE],
  attempt_expired: [m("This code was valid for 10 minutes and has expired."), NEW_CODE],
  attempt_contested: [m("Two cards answered. Nobody was registered."), m("Please start again, alone in front of your own page.")],
  wrong_token: [m("These digits do not fit."), m("The digits come from your own phone only, never from another person.")],
  too_many_tries: [m("There were too many tries."), m("This code is void. Take a new code, or ask at the counter.")],
  credential_taken: [m("This key is registered already."), m("Nothing was changed. New keys are made; please identify yourself again.")],
  ballot_rejected: [m("The service did not accept this ballot."), m("Nothing was recorded. Please choose again; a new ballot is sealed.")],
  credential_replaced: [m("You identified yourself again since then, on this or another device."), m("This ballot was not recorded. Please identify yourself again to send a vote from here.")],
  component_seen: [m("The service did not accept this ballot."), m("Nothing was recorded. Please choose again; a new ballot is sealed.")],
  wrong_host: [m("This page called the wrong address."), m("Please start again from the page of this vote.")],
  wrong_code: [m("This code does not fit."), m("Compare it with your paper: letters and digits only. After 5 wrong tries it is locked, and the counter helps.")],
  unproven: [m("What the service answered does not prove that your ballot was recorded."), m("Do not rely on it. Keep this page open, note the code and the incident, and call the help desk. Your sealed ballot stays here.")],
  fork: [m("The public record contradicts what this device saw earlier."), m("Do not vote here. Note this message and call the help desk: it may be evidence of tampering.")],
  election_other: [m("What the service says about this vote is not what the public record has fixed."), m("Do not vote here. Note this message and call the help desk: it may be evidence of tampering.")],
  tile_missing: [m("The public record could not be read."), m("Please check your connection and try again. Nothing has been sent.")],
  unknown_election: [m("This vote was not found."), m("Please start again from the list of votes.")],
  return_unknown: [m("This browser does not know the vote you started."), m("Go back to the page where you started. If your phone shows six digits, type them there. Nothing has been lost.")],
  no_randomness: [m("This browser cannot seal a ballot."), m("Please use an up-to-date browser, another device, or the counter.")],
};

const EVIDENCE = new Set(["inclusion_invalid", "note_malformed", "note_signature", "note_unsigned", "receipt_malformed", "checkpoint_malformed", "origin_other", "vkey_invalid", "receipt_other", "registration_other"]);
const SAME: Record<string, string> = {
  bad_request: "cert_refused",
  worker_failed: "device_unsupported",
  record_invalid: "device_unsupported",
  credential_form: "session_expired",
  opening_gone: "session_expired",
  receipt_not_found: "network_lost_unknown",
  not_answered: "wrong_token",
  unknown_operation: "stale_definition",
  too_large: "ballot_rejected",
};

/** The words for a code, and the code they stand under. */
export function wordsFor(code: string): Words {
  const known = EVIDENCE.has(code) ? "unproven" : (SAME[code] ?? code);
  const [what, help] = PROBLEMS[known] ?? (PROBLEMS.server_busy as [string, string]);
  return { what, help };
}

/** Whether a new attempt with the same sealed ballots is the way on. */
export function wantsNewAttempt(code: string): boolean {
  return ["unknown_attempt", "attempt_expired", "attempt_contested", "too_many_tries"].includes(code);
}
