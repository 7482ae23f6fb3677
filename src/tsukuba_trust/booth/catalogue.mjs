/** Read a gettext catalogue (.po) into {msgid: msgstr}; what is fuzzy or empty is left out. */

function unquote(line) {
  return JSON.parse(line.slice(line.indexOf('"')));
}

export function readCatalogue(text) {
  const found = {};
  for (const block of text.split(/\r?\n\s*\r?\n/)) {
    const message = { msgid: "", msgstr: "" };
    let field = "";
    let fuzzy = false;
    for (const line of block.split(/\r?\n/)) {
      if (line.startsWith("#,") && line.includes("fuzzy")) fuzzy = true;
      const start = /^(msgid|msgstr)\s+"/.exec(line);
      if (start) field = start[1];
      else if (/^(msgctxt|msgid_plural|msgstr\[)/.test(line)) {
        throw new Error(`contexts and plurals are not used in the booth: ${line}`);
      }
      if (field !== "" && (start || line.startsWith('"'))) message[field] += unquote(line);
    }
    if (message.msgid !== "" && message.msgstr !== "" && !fuzzy) {
      found[message.msgid] = message.msgstr;
    }
  }
  const sorted = Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}
