"use strict";
// Enhancements of plain links and forms: event streams, keyboard shortcuts, copying, the source panel.
// Text only ever reaches the page as text; HTML comes from the server alone.

const $ = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const wide = matchMedia("(min-width: 66.01rem)");

/* Colours: as the system, light, dark. */
const THEMES = { auto: "system", light: "light", dark: "dark" };
const themeButton = $("#theme");
const showTheme = (name) => {
  const label = THEMES[name];
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  $("#theme-name").textContent = `Colours: ${label}`;
  themeButton.setAttribute("aria-label", `Colours: ${label}`);
};
showTheme(document.documentElement.dataset.theme ?? "auto");
themeButton.addEventListener("click", () => {
  const names = Object.keys(THEMES);
  const next = names[(names.indexOf(document.documentElement.dataset.theme ?? "auto") + 1) % names.length];
  showTheme(next);
  try { localStorage.setItem("theme", next); } catch { /* it holds for this page */ }
});

/* Enter asks, Shift+Enter begins a line; a question is sent once. */
for (const form of all("form.ask")) {
  const box = $("textarea", form);
  box?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (box.value.trim()) form.requestSubmit();
  });
  form.addEventListener("submit", () => { for (const button of all("button.primary", form)) button.disabled = true; });
}
addEventListener("pageshow", () => { for (const button of all("form.ask button")) button.disabled = false; });

/* What was chosen for questions is kept as soon as it changes, in the cookie that the server reads. */
for (const form of all("form[data-choice]")) {
  form.addEventListener("change", () => {
    const chosen = [...new FormData(form)].filter(([name, value]) => value && /^(model|lang|offline|strict|from_)/.test(name));
    const value = encodeURIComponent(new URLSearchParams(chosen).toString());
    document.cookie = `${form.dataset.choice}=${value}; Path=/; SameSite=Strict; Max-Age=15552000`;
  });
}

/* The source panel beside the answer, on wide screens; elsewhere the link is a link. */
const reader = $("#reader");
let opener = null;
// The sentence before a mark: emphasis may cut it into several parts, and a verdict may stand between.
const AFTER = ".mark, .verdict, .disagree";
const sentenceOf = (mark) => {
  let node = mark.previousSibling;
  while (node && (node.nodeType === Node.TEXT_NODE ? !node.data.trim() : node.matches(AFTER))) node = node.previousSibling;
  const parts = [];
  for (; node?.nodeType === Node.ELEMENT_NODE && !node.matches(AFTER); node = node.previousSibling) {
    parts.push(...(node.matches(".sentence") ? [node] : all(".sentence", node)));
  }
  return parts;
};
const unmark = () => {
  for (const mark of all(".mark.opened")) mark.classList.remove("opened");
  for (const part of all(".sentence.shown")) part.classList.remove("shown");
};
const openBeside = async (link) => {
  const answer = await fetch(link.href.replace(/#.*/, "") + "&beside=1", { credentials: "same-origin" });
  if (!answer.ok) { location.href = link.href; return; }
  reader.innerHTML = await answer.text();
  reader.hidden = false;
  opener = link;
  unmark();
  link.classList.add("opened");
  if (link.matches(".mark")) for (const part of sentenceOf(link)) part.classList.add("shown");
  showWords(link.hash);
  reader.focus({ preventScroll: true });
};
const showWords = (hash) => {
  const at = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
  for (const one of all(".at.shown", reader)) one.classList.remove("shown");
  if (!at || !reader.contains(at)) { reader.scrollTop = 0; return; }
  at.classList.add("shown");
  reader.scrollTop += at.getBoundingClientRect().top - innerHeight * 0.3;
};
/* Images are fetched when they are asked for; beside the answer the panel takes their place. */
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("#reader form.images");
  if (!form) return;
  event.preventDefault();
  const button = $("button", form);
  [button.disabled, button.textContent] = [true, "Looking for images"];
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams([...new FormData(form), ["beside", "1"]]), credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) { location.href = opener.href; return; }
  reader.innerHTML = await answer.text();
  $("#images a, #reader .shut")?.focus({ preventScroll: true });
});
const shutReader = () => {
  reader.hidden = true;
  reader.replaceChildren();
  unmark();
  opener?.focus({ preventScroll: true });
  opener = null;
};
document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("a.mark, a.open, a.mark-like");
  if (link && reader && wide.matches) {
    event.preventDefault();
    openBeside(link);
    return;
  }
  const within = event.target.closest("#reader .quotes a");
  if (within) { event.preventDefault(); showWords(within.hash); return; }
  if (event.target.closest("#reader .shut")) { shutReader(); return; }
  for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

/* Copy an answer with its marks and, below it, its sources and their addresses; as a text, and with links. */
const copied = (turn) => {
  const answer = $(".answer", turn).cloneNode(true);
  // Without its frame a verdict would read as words of the sentence.
  for (const note of all(".verdict, .disagree", answer)) note.textContent = ` (${note.textContent})`;
  const sources = all(".source", turn).map((one) => ({ n: $(".n", one).textContent, cite: one.dataset.cite, url: one.dataset.url }));
  const urls = new Map(sources.map(({ n, url }) => [n, url]));
  for (const mark of all(".mark", answer)) {
    const number = mark.textContent.replace(/\D/g, "");
    mark.textContent = `[${number}]`;
    if (urls.get(number)) mark.href = urls.get(number); else mark.removeAttribute("href");
  }
  for (const one of all("[id], [class], [title], [aria-label]", answer)) for (const name of ["id", "class", "title", "aria-label"]) one.removeAttribute(name);
  const list = document.createElement("ol");
  for (const { cite, url } of sources) {
    const [item, link] = [document.createElement("li"), document.createElement("a")];
    if (url) link.href = url;
    link.textContent = cite;
    item.append(link);
    list.append(item);
  }
  document.body.append(answer); // its text has line breaks only where it is laid out
  const said = answer.innerText.replaceAll("\u2060", "").trim();
  answer.remove();
  const below = sources.map(({ n, cite, url }) => `[${n}] ${cite}${url ? `\n    ${url}` : ""}`).join("\n");
  return { text: [said, below].filter(Boolean).join("\n\n"), html: answer.innerHTML + (sources.length ? list.outerHTML : "") };
};
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const { text, html } = copied(document.getElementById(button.dataset.copy));
  const blob = (type, data) => new Blob([data], { type });
  let label = "Copied";
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob("text/plain", text), "text/html": blob("text/html", html) })]);
  } catch {
    try { await navigator.clipboard.writeText(text); } catch { label = "The browser did not allow it"; }
  }
  button.textContent = label;
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
});

/* The keyboard. */
const keys = $("#keys");
const typing = (target) => target.matches("input, textarea, select, [contenteditable]");
const step = (by) => {
  const links = all(".source .open");
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, at + by))];
  next.focus();
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") {
    if (keys.open) return;
    const menu = $("details.menu[open]");
    if (menu) { menu.open = false; $("summary", menu).focus(); }
    else if (reader && !reader.hidden) shutReader();
    else if ($("#stop")) $("#stop").requestSubmit();
    else if (typing(event.target)) event.target.blur();
    return;
  }
  if (typing(event.target) || keys.open) return;
  const does = {
    "/": () => $("#question, #search")?.focus(),
    "?": () => keys.showModal(),
    j: () => step(1),
    k: () => step(-1),
  }[event.key];
  if (does) { event.preventDefault(); does(); }
});

/* The title says how far a question is; one that was answered out of sight says so until it is seen. */
const heading = document.title;
const titled = (state) => { document.title = state ? `${state} · ${heading}` : heading; };
document.addEventListener("visibilitychange", () => { if (!document.hidden && document.title.startsWith("Answered")) titled(""); });

/* The draft where it stands: sentences are painted as they come, and marked or struck as soon as they are checked. */
const FOLDED_AFTER = 1400; // milliseconds in which it is seen what falls out, and why
const STATES = { supported: "", partly: "partly", unsupported: "fell", contradicted: "fell" };
const WHY = { partly: "partly supported", unsupported: "no source says it", contradicted: "a source says otherwise" };
const blocksOf = (text) => {
  const blocks = [];
  for (const match of text.matchAll(/(?:(?!\n\s*(?:\n|[-*•] |\d+[.)] |#)).|\n(?!\s*(?:\n|[-*•] |\d+[.)] |#)))+/gs)) {
    const marker = match[0].match(/^\s*(?:([-*•])\s+|(\d+[.)])\s+|(#+)\s+)?/);
    const kind = marker[1] ? "ul" : marker[2] ? "ol" : marker[3] ? "h3" : "p";
    if (match[0].trim()) blocks.push({ kind, start: match.index + marker[0].length, end: match.index + match[0].trimEnd().length });
  }
  return blocks;
};
class Draft {
  constructor(place) { this.place = place; this.clear(); }
  clear() { this.text = ""; this.checked = []; this.end = 0; this.tail = null; this.paint(); }
  add(piece) {
    const begins = /\n\s*(?:[-*•]|\d+[.)]?|#+)?\s*$/.test(this.text); // a block, which kind of one is not known yet
    this.text += piece;
    // Words that only go on leave everything else as it is, so that it can be selected and clicked.
    if (this.tail && !this.due && !begins && !/[\n#*]/.test(piece)) this.tail.words.textContent = this.plain(this.tail.start, this.text.length);
    else this.paint();
  }
  check(sentence, verdict, numbers) {
    const start = this.text.indexOf(sentence, this.end);
    if (start < 0) return; // written otherwise than it was checked: the checked answer follows
    const one = { start, end: start + sentence.length, verdict, numbers, open: true };
    this.checked.push(one);
    this.end = one.end;
    if (STATES[verdict] === "fell") setTimeout(() => { one.open = false; this.paint(); }, FOLDED_AFTER);
    this.paint();
  }
  paint() {
    if (this.due) return;
    this.due = requestAnimationFrame(() => { this.due = 0; this.draw(); });
  }
  draw() {
    const made = [];
    this.tail = null;
    for (const { kind, start, end } of blocksOf(this.text)) {
      const isItem = kind === "ul" || kind === "ol";
      const block = document.createElement(isItem ? "li" : kind);
      let at = start;
      for (const one of this.checked) {
        if (one.end <= start || one.start >= end) continue;
        if (one.start > at) block.append(this.words(at, one.start, "todo"));
        block.append(...this.sentence(one));
        at = one.end;
      }
      if (at < end) {
        this.tail = { start: at, words: this.words(at, end, "todo") };
        block.append(this.tail.words);
      } else this.tail = null;
      const last = made.at(-1);
      if (!isItem) made.push(block);
      else if (last?.localName === kind) last.append(block);
      else { const list = document.createElement(kind); list.append(block); made.push(list); }
    }
    this.place.replaceChildren(...made);
  }
  words(start, end, name) {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = this.plain(start, end);
    return span;
  }
  plain(start, end) { return this.text.slice(start, end).replace(/\*\*|(?<!\S)[*_](?=\S)/g, "").replace(/\s*\n\s*/g, " "); }
  sentence(one) {
    const fell = STATES[one.verdict] === "fell";
    const words = this.words(one.start, one.end, fell ? "gone-text" : `sentence ${STATES[one.verdict]}`.trim());
    if (!fell) {
      const marks = one.numbers.map((number) => this.note("mark", `\u2060[${number}]`));
      return [words, ...marks, ...(one.verdict === "partly" ? [" ", this.note("verdict", WHY.partly)] : [])];
    }
    const span = this.note("fell", "");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = one.open ? WHY[one.verdict] : "taken out";
    button.addEventListener("click", () => { one.open = !one.open; this.paint(); });
    if (one.open) span.append(words, " ");
    span.append(button);
    return [span];
  }
  note(name, text) {
    const span = document.createElement("span");
    span.className = name;
    span.textContent = text;
    return span;
  }
}

/* A run as it streams. EventSource reconnects by itself, with the number of the last event in Last-Event-ID. */
const STAGES = {
  recall: "Remembering", fetch: "Searching", rank: "Choosing passages", synthesize: "Writing",
  cite: "Checking", extract: "Checking", compare: "Comparing sources", remember: "Saving",
};
const MOST_CARDS = 8;
const follow = (run) => {
  const [stage, spoken, sources, cards] = [$("#stage"), $("#spoken"), $("#asked"), $("#cards")];
  const draft = new Draft($("#draft"));
  const titles = JSON.parse(run.dataset.titles);
  const answers = new Map(); // source name -> its list item and number of texts, which later topics may increase
  const said = new Set();
  let pending = "", checked = 0, drafted = false, adds = false, searching = false;
  const say = (text) => { if (stage.textContent !== text) { stage.textContent = text; titled(`${text.split(/[:;]/)[0]}…`); } };
  const speak = (text) => {
    if (said.has(text)) return;
    said.add(text);
    const line = document.createElement("p");
    line.textContent = text;
    spoken.append(line);
  };
  const write = (text) => {
    // Evidence keys such as [e1] are hidden, even when split over tokens: they are hints for the check.
    pending += text;
    const open = pending.lastIndexOf("[");
    const isCut = open >= 0 && !pending.includes("]", open) && pending.length - open < 24;
    const whole = isCut ? pending.slice(0, open) : pending;
    pending = pending.slice(whole.length);
    // The space before a key may have come in the piece before it.
    const visible = whole.replace(/\s*\[(?:e?\d+[,;\s]*)+\]/g, "");
    if (/^\s*\[(?:e?\d+[,;\s]*)+\]/.test(whole)) draft.text = draft.text.trimEnd();
    if (visible) draft.add(visible);
  };
  const part = (item, tag, name, text) => {
    const element = document.createElement(tag);
    element.className = name;
    element.textContent = text;
    item.append(element);
  };
  const source = ({ report }) => {
    const item = document.createElement("li");
    item.dataset.status = report.status;
    part(item, "span", "who", titles[report.name] ?? report.name);
    part(item, "span", "ms", report.ms < 100 ? `${report.ms} ms` : `${(report.ms / 1000).toFixed(1)} s`);
    const texts = `${report.documents} text${report.documents === 1 ? "" : "s"}`;
    part(item, "p", "told", report.status === "ok" ? texts : report.reason || "nothing found");
    const before = answers.get(report.name);
    if (before) before.item.replaceWith(item); else sources.append(item);
    answers.set(report.name, { item, texts: report.documents });
    const total = [...answers.values()].reduce((sum, { texts }) => sum + texts, 0);
    say(`Searching: ${answers.size} answered, ${total} texts`);
  };
  const read = ({ evidence }) => {
    const texts = new Map(evidence.map((item) => [item.document, item]));
    cards.replaceChildren(...[...texts.values()].slice(0, MOST_CARDS).map((text) => {
      const card = document.createElement("li");
      card.className = "card";
      part(card, "p", "reads", text.title || "Untitled");
      let host = titles[text.source] ?? text.source;
      try { host = new URL(text.url).hostname.replace(/^www\./, ""); } catch { /* it has no address */ }
      part(card, "p", "told", host);
      part(card, "p", "told", titles[text.source] ?? text.source);
      part(card, "p", "told", "read");
      return card;
    }));
  };
  const stream = new EventSource(run.dataset.events);
  const on = (name, does) => stream.addEventListener(name, (event) => does(JSON.parse(event.data)));
  // Documents are ranked while others are still being fetched: that counts as searching.
  on("StageStarted", ({ name }) => { if (STAGES[name] && !(name === "rank" && searching)) say(STAGES[name]); searching ||= name === "fetch"; });
  on("StageFinished", ({ span }) => { if (span.name === "fetch") searching = false; });
  on("SourceFinished", source);
  on("Ranked", read);
  on("Token", ({ text, restarts }) => {
    if (restarts) { pending = ""; checked = 0; draft.clear(); }
    write(text);
  });
  on("Drafted", () => {
    if (pending) { draft.add(pending); pending = ""; }
    [drafted, checked, adds] = [true, 0, !draft.text.trim()]; // no model wrote: the sources' sentences come one by one
  });
  on("SentenceChecked", ({ sentence, verdict, citations }) => {
    checked += 1;
    if (adds) draft.add(`${sentence} `);
    if (!drafted || adds) draft.check(sentence, verdict, [...new Set(citations.map(({ n }) => n))].sort((a, b) => a - b));
    if (STATES[verdict] !== "fell") speak(sentence);
    say(drafted ? `Checking: ${checked}` : `Writing; ${checked} checked so far`);
  });
  on("Ended", (ended) => { stream.close(); finish(run, ended); });
  stream.addEventListener("error", () => {
    say(stream.readyState === EventSource.CLOSED ? "The server has stopped. Reload this page when it is back." : "Reconnecting");
  });
};
const finish = async (run, { turn, error }) => {
  const stop = $("#stop");
  stop.classList.add("gone"); // keeps its space, so that nothing moves
  stop.removeAttribute("id");
  titled(document.hidden ? (turn ? "Answered" : "Answered: nothing") : "");
  if (turn) {
    const answer = await fetch(run.dataset.turn + turn, { credentials: "same-origin" });
    if (answer.ok) {
      const made = document.createElement("template");
      made.innerHTML = await answer.text();
      const article = made.content.firstElementChild;
      article.classList.add("fresh");
      for (const old of all(".next")) old.remove(); // suggestions are for the latest answer
      run.replaceWith(article);
      window.htmx?.process(article);
      history.replaceState(null, "", run.dataset.back);
      $(".told", article)?.setAttribute("role", "status");
      refreshed(run.dataset.back);
      return;
    }
  }
  const failed = $("#failed").content.cloneNode(true);
  const [what, hint] = all(".problem p", failed);
  what.textContent = error?.message ?? "The question was stopped before there was anything to keep.";
  hint.textContent = error?.hint ?? "";
  hint.hidden = !hint.textContent;
  // Room that was kept for what did not come would push the reason out of sight.
  $(".draft", run).hidden = !$("#draft").textContent.trim();
  $("#cards").hidden = !$("#cards").children.length;
  $("#stage").textContent = "Not answered";
  $("#run-actions").replaceWith(failed);
};
/* What the page says of the session itself, and the history beside it, as they are now. */
const refreshed = async (address) => {
  const page = await fetch(address, { credentials: "same-origin" });
  if (!page.ok) return;
  const now = new DOMParser().parseFromString(await page.text(), "text/html");
  for (const name of [".about", "#past-days"]) {
    const [old, fresh] = [$(name), $(name, now)];
    if (old && fresh) { old.replaceWith(fresh); window.htmx?.process(fresh); }
  }
};
const run = $("#run[data-events]");
if (run) {
  $("#stop").addEventListener("submit", (event) => {
    event.preventDefault();
    $("#stop button").disabled = true;
    $("#stage").textContent = "Stopping";
    fetch("/run/stop", { method: "POST", body: new URLSearchParams(new FormData(event.target)), credentials: "same-origin" });
  });
  follow(run);
}

// Documents that are dropped on the library's form are uploaded by it.
const drop = $("#drop");
if (drop) {
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("dropping"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("dropping"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("dropping");
    $("#files", drop).files = event.dataTransfer.files;
    drop.requestSubmit();
  });
}
