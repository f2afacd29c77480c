"use strict";
// Enhancements of plain links and forms: event streams, keyboard shortcuts, copying, the source panel.
// Text only ever reaches the page as text; HTML comes from the server alone.

const $ = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const wide = matchMedia("(min-width: 66.01rem)");

/* Colours: as the system, light, dark. */
const THEMES = { auto: "as the system", light: "light", dark: "dark" };
const themeButton = $("#theme");
const showTheme = (name) => {
  const label = THEMES[name];
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  themeButton.title = `Colours: ${label}`;
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
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (box.value.trim()) form.requestSubmit();
  });
  form.addEventListener("submit", () => { $("button", form).disabled = true; });
}
addEventListener("pageshow", () => { for (const button of all("form.ask button")) button.disabled = false; });

/* The source panel beside the answer, on wide screens; elsewhere the link is a link. */
const reader = $("#reader");
let opener = null;
const openBeside = async (link) => {
  const answer = await fetch(link.href.replace(/#.*/, "") + "&beside=1", { credentials: "same-origin" });
  if (!answer.ok) { location.href = link.href; return; }
  reader.innerHTML = await answer.text();
  reader.hidden = false;
  opener = link;
  for (const mark of all(".mark.opened")) mark.classList.remove("opened");
  link.classList.add("opened");
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
const shutReader = () => {
  reader.hidden = true;
  reader.replaceChildren();
  for (const mark of all(".mark.opened")) mark.classList.remove("opened");
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

/* Copy an answer with its marks and, below it, its sources. */
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const turn = document.getElementById(button.dataset.copy);
  const sources = all(".source", turn).map((source) => {
    const [number, title] = [$(".n", source).textContent, $(".open", source).lastChild.textContent.trim()];
    return `[${number}] ${title}, ${$(".told", source).textContent.trim()}`;
  });
  // Without its frame a verdict would read as words of the sentence.
  const notes = all(".answer :is(.verdict, .disagree)", turn).map((note) => [note, note.textContent]);
  for (const [note, words] of notes) note.textContent = `(${words})`;
  const said = $(".answer", turn).innerText.replaceAll("\u2060", "").trim();
  for (const [note, words] of notes) note.textContent = words;
  const text = [said, sources.join("\n")].filter(Boolean).join("\n\n");
  let label = "Copied";
  try { await navigator.clipboard.writeText(text); } catch { label = "The browser did not allow it"; }
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

/* A run as it streams. EventSource reconnects by itself, with the number of the last event in Last-Event-ID. */
const STAGES = {
  recall: "Remembering", fetch: "Searching", rank: "Choosing passages", synthesize: "Writing",
  cite: "Checking each sentence", extract: "Checking each sentence", compare: "Comparing sources", remember: "Keeping",
};
const follow = (run) => {
  const [stage, draft, spoken, sources] = [$("#stage"), $("#draft"), $("#spoken"), $("#asked")];
  const label = $("#draft-label");
  const titles = JSON.parse(run.dataset.titles);
  const answers = new Map(); // source name -> its list item and number of texts, which later topics may increase
  let pending = "", sentence = "", checked = 0, doing = "Writing", searching = false;
  const say = (text) => { if (stage.textContent !== text) stage.textContent = text; };
  const speak = (text) => {
    sentence += text;
    let end;
    while ((end = sentence.search(/[.!?…]["'”’)]*\s/)) >= 0) {
      const at = sentence.slice(end).search(/\s/) + end;
      const line = document.createElement("p");
      line.textContent = sentence.slice(0, at).trim();
      spoken.append(line);
      sentence = sentence.slice(at + 1);
    }
  };
  const write = (text) => {
    // Evidence keys such as [e1] are hidden, even when split over tokens: they are hints for the check.
    pending += text;
    const open = pending.lastIndexOf("[");
    const isCut = open >= 0 && !pending.includes("]", open) && pending.length - open < 24;
    const whole = isCut ? pending.slice(0, open) : pending;
    pending = pending.slice(whole.length);
    const visible = whole.replace(/\s*\[(?:e?\d+[,;\s]*)+\]/g, "");
    if (!visible) return;
    label.classList.add("on");
    draft.append(visible);
    speak(visible);
  };
  const source = ({ report }) => {
    const item = document.createElement("li");
    item.className = report.status;
    const part = (tag, name, text) => {
      const element = document.createElement(tag);
      element.className = name;
      element.textContent = text;
      item.append(element);
    };
    part("span", "who", titles[report.name] ?? report.name);
    part("span", "ms", report.ms < 100 ? `${report.ms} ms` : `${(report.ms / 1000).toFixed(1)} s`);
    const texts = `${report.documents} text${report.documents === 1 ? "" : "s"}`;
    part("p", "told", report.status === "ok" ? texts : report.reason || "nothing found");
    const before = answers.get(report.name);
    if (before) before.item.replaceWith(item); else sources.append(item);
    answers.set(report.name, { item, texts: report.documents });
    const total = [...answers.values()].reduce((sum, { texts }) => sum + texts, 0);
    say(`Searching: ${answers.size} answered, ${total} texts`);
  };
  const stream = new EventSource(run.dataset.events);
  const on = (name, does) => stream.addEventListener(name, (event) => does(JSON.parse(event.data)));
  // Documents are ranked while others are still being fetched: that counts as searching.
  on("StageStarted", ({ name }) => { if (STAGES[name] && !(name === "rank" && searching)) say(STAGES[name]); searching ||= name === "fetch"; });
  on("StageFinished", ({ span }) => { if (span.name === "fetch") searching = false; });
  on("SourceFinished", source);
  on("Token", ({ text, restarts }) => {
    if (restarts) { pending = sentence = draft.textContent = spoken.textContent = ""; checked = 0; }
    write(text);
  });
  on("Drafted", () => { doing = "Checking each sentence"; checked = 0; if (pending) { draft.append(pending); pending = ""; } speak(" "); });
  on("SentenceChecked", () => { checked += 1; say(doing === "Writing" ? `Writing; ${checked} checked so far` : `${doing}: ${checked}`); });
  on("Ended", (ended) => { stream.close(); finish(run, ended); });
  stream.addEventListener("error", () => {
    say(stream.readyState === EventSource.CLOSED ? "The server has gone. Reload this page when it is back." : "Connecting again");
  });
};
const finish = async (run, { turn, error }) => {
  const stop = $("#stop");
  stop.classList.add("gone"); // keeps its space, so that nothing moves
  stop.removeAttribute("id");
  if (turn) {
    const answer = await fetch(run.dataset.turn + turn, { credentials: "same-origin" });
    if (answer.ok) {
      const made = document.createElement("template");
      made.innerHTML = await answer.text();
      const article = made.content.firstElementChild;
      article.classList.add("fresh");
      run.replaceWith(article);
      history.replaceState(null, "", run.dataset.back);
      $(".told", article)?.setAttribute("role", "status");
      return;
    }
  }
  const failed = $("#failed").content.cloneNode(true);
  const [what, hint] = all(".problem p", failed);
  what.textContent = error?.message ?? "The question was stopped before there was anything to keep.";
  hint.textContent = error?.hint ?? "";
  $("#stage").textContent = "Not answered";
  $("#run-actions").replaceWith(failed);
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
