/** The portal's two checks; each page has one of the forms. */

import { startOpenings } from "./opening.ts";
import { startReceipts } from "./receipt.ts";

const receipts = document.getElementById("receipt-form");
if (receipts instanceof HTMLFormElement) startReceipts(receipts);
const openings = document.getElementById("opening-form");
if (openings instanceof HTMLFormElement) startOpenings(openings);
