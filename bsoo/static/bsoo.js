/* Makes the pages quicker; nothing here is needed to use them. Hooks are data attributes, listed at each part. */
"use strict";

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (event, act) => document.addEventListener(event, act);
const words = (name) => $("#toasts")?.getAttribute(`data-word-${name}`) ?? "";

/* ---------- A pressed button is busy until the answer is there; in a form with data-download for a second ---------- */

on("submit", (event) => {
  const form = event.target;
  // A button that fills a frame leaves the page as it is.
  if (form.method === "dialog" || event.submitter?.formTarget) return;
  if (form.dataset.busy && form.method === "post") return event.preventDefault();
  form.dataset.busy = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  // A download never leaves the page, so the button must come back by itself.
  setTimeout(() => rest(form), "download" in form.dataset ? 1000 : 10000);
});
on("htmx:finally:request", (event) => rest(event.detail.ctx.sourceElement?.closest("form")));
window.addEventListener("pageshow", () => $$("form[data-busy]").forEach(rest));

function rest(form) {
  if (!form) return;
  delete form.dataset.busy;
  $$("[aria-busy=true]", form).forEach((button) => button.removeAttribute("aria-busy"));
}

/* ---------- Addresses of searches stay short: what is empty is left out ---------- */

on("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.request.method !== "GET") return;
  for (const [name, value] of [...ctx.request.body]) if (value === "") ctx.request.body.delete(name);
});

/* ---------- What is for readers without scripts alone ---------- */

// A swapped part comes from a parser that knows of no scripts, and the hidden fields in there would be sent along.
const forgetPlain = () => $$("noscript").forEach((one) => one.remove());
on("htmx:after:swap", forgetPlain);
forgetPlain();

/* ---------- A failed request says so above the form, and what was typed stays ---------- */

on("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (!/^\s*<!doctype/i.test(ctx.text ?? "") || ctx.target === document.body) return;
  // A whole page came where one block was wanted: it must not end up inside that block.
  event.preventDefault();
  const page = new DOMParser().parseFromString(ctx.text, "text/html");
  const { status, raw } = ctx.response;
  if (status < 400) location.assign(raw.url);
  else if (status === 422 || status === 409) showPage(page);
  else tell(ctx.sourceElement, $("main h1", page)?.textContent, $("main p:not(.meta)", page)?.textContent, $("main a.btn", page));
});
on("htmx:error", (event) => tell(event.detail.ctx?.sourceElement, words("offline"), "", null));

function showPage(page) {
  document.title = page.title;
  $("#inhoud").replaceWith(page.getElementById("inhoud"));
  htmx.process($("#inhoud"));
  $("#inhoud [autofocus]")?.focus();
}

function tell(source, title, body, link) {
  $("[data-failure]")?.remove();
  const notice = Object.assign(document.createElement("div"), { className: "notice neg mb-4", role: "alert" });
  notice.dataset.failure = "";
  for (const [text, className] of [[title, "title"], [body, ""]]) {
    if (text) notice.append(Object.assign(document.createElement("p"), { className, textContent: text.trim() }));
  }
  if (link) notice.append(Object.assign(document.createElement("a"), { href: link.getAttribute("href"), textContent: link.textContent.trim() }));
  (source?.closest("form, section, article") ?? $("#inhoud > *")).before(notice);
}

/* ---------- Keys, outside fields only; data-keys="off" on <body> switches the single ones off ----------
   data-search: the search field · data-find: a link to it · data-go="v": a section · data-key="a": a button of this page
   data-row: rows for j and k (a link with aria-current among them is followed, others get focus), from a row also the
   arrows; x ticks the row, Shift and x all between it and the one that was ticked before */

let going = 0;

on("keydown", (event) => {
  const field = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
  if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) return moveByKey(event);
  if (field || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]") || document.body.dataset.keys === "off") return;
  const act = keyAction(event.key);
  if (!act) return;
  event.preventDefault();
  act();
});

function keyAction(key) {
  const after = Date.now() - going < 1500;
  going = 0;
  const section = after && $(`[data-go="${CSS.escape(key)}"]`);
  if (section) return () => section.click();
  if (key === "g") return () => { going = Date.now(); };
  if (key === "/") return () => ($("[data-search]") ?? { focus: () => $("[data-find]")?.click() }).focus();
  if (key === "?") return $("#keys") && (() => $("#keys").showModal());
  const row = document.activeElement.closest("tr");
  if (key === "j" || key === "k" || (key.startsWith("Arrow") && row)) {
    const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
    return by && $("[data-row]", row ?? document) && (() => step(by));
  }
  if (key === "x" || key === "X") return tick(key === "X");
  if (key === "u") return $("[data-undo] button") && (() => $("[data-undo] button").click());
  // In a list of records the row that has the focus is meant.
  const button = $$(`[data-key="${CSS.escape(key)}"]`).find((one) => [null, row].includes(one.closest("tr")));
  return button && (() => (button.matches("select") ? button.focus() : button.click()));
}

function step(by) {
  const rows = $$("[data-row]");
  const here = document.activeElement.closest("tr");
  const now = rows.findIndex((row) => row === document.activeElement || row.hasAttribute("aria-current") || (here && row.closest("tr") === here));
  const next = rows[Math.min(Math.max(now + by, 0), rows.length - 1)];
  if (rows.some((row) => row.hasAttribute("aria-current"))) next.click();
  else next.focus();
}

// The checkbox of the row that has focus.
function tick(range) {
  const box = $("input[type=checkbox]", document.activeElement.closest("tr") ?? document.createElement("tr"));
  return box && (() => box.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: range })));
}

/* ---------- Toast: ten seconds, longer while one reads it ---------- */

let leaving = 0;

function timeToast() {
  clearTimeout(leaving);
  const toast = $("#toasts [data-toast]");
  if (toast) leaving = setTimeout(() => (toast.matches(":hover, :focus-within") ? timeToast() : toast.remove()), 10000);
}
if ($("#toasts")) new MutationObserver(timeToast).observe($("#toasts"), { childList: true });
timeToast();

/* ---------- Order: <ol data-reorder="address" data-target="block"> of <li id data-item="…"> with buttons data-move="up" and "down" ----------
   A drop posts item and position (from 1) to the address; Alt and an arrow press the item's own button. */

let moved = null;

function moveByKey(event) {
  const item = event.target.closest?.("[data-reorder] > li");
  const way = event.key === "ArrowUp" ? "up" : "down";
  const button = item && $(`[data-move=${way}]`, item);
  if (!button) return;
  event.preventDefault();
  button.click();
}

on("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (button) moved = { item: button.closest("li").id, way: button.dataset.move };
});
on("htmx:after:settle", () => {
  const item = moved && document.getElementById(moved.item);
  if (item) ($(`[data-move=${moved.way}]`, item) ?? $("[data-move]", item))?.focus();
  moved = null;
});

on("pointerdown", (event) => {
  const item = event.target.closest("[data-reorder] > li .grip")?.closest("li");
  if (item) item.draggable = true;
});
on("dragstart", (event) => event.target.matches?.("[data-reorder] > li") && event.target.classList.add("dragging"));
on("dragover", (event) => {
  const item = $("[data-reorder] > .dragging");
  const over = event.target.closest?.("[data-reorder] > li");
  if (!item || over?.parentElement !== item.parentElement) return;
  event.preventDefault();
  const { top, height } = over.getBoundingClientRect();
  if (over !== item) event.clientY < top + height / 2 ? over.before(item) : over.after(item);
});
on("drop", (event) => $("[data-reorder] > .dragging") && event.preventDefault());
on("dragend", (event) => {
  const item = event.target;
  const list = item.closest?.("[data-reorder]");
  if (!list) return;
  item.classList.remove("dragging");
  item.draggable = false;
  const values = { item: item.dataset.item, position: $$(":scope > li", list).indexOf(item) + 1 };
  htmx.ajax("POST", list.dataset.reorder, { source: list, target: `#${list.dataset.target ?? list.id}`, swap: "outerHTML", values });
});

/* ---------- Drafts: <form data-autosave="address"> with a [data-saved] line in it ---------- */

const waiting = new Map();

on("input", (event) => {
  const form = event.target.closest("form[data-autosave]");
  if (form) saveIn(form, 800);
});
on("submit", (event) => forget(event.target));
on("visibilitychange", () => {
  // Whoever leaves within those 800 ms keeps their words too.
  if (document.hidden) for (const form of [...waiting.keys()]) {
    forget(form);
    navigator.sendBeacon(form.dataset.autosave, new FormData(form));
  }
});

function saveIn(form, delay) {
  forget(form);
  waiting.set(form, setTimeout(() => save(form), delay));
}

function forget(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
}

async function save(form) {
  forget(form);
  const line = $("[data-saved]", form);
  const say = (text) => line && (line.textContent = text);
  say(words("saving"));
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (!answer.ok && answer.type !== "opaqueredirect") throw new Error(answer.status);
    say(words("saved"));
  } catch {
    say(words("unsaved"));
    if (form.isConnected && !waiting.has(form)) saveIn(form, 10000);
  }
}

/* ---------- A letter while it is typed: <form data-preview> with a frame and a button data-show; data-insert="{naam}" ---------- */

const showing = new Map();

for (const event of ["input", "change"]) on(event, ({ target }) => {
  const form = target.closest?.("form[data-preview]");
  if (!form) return;
  clearTimeout(showing.get(form));
  showing.set(form, setTimeout(() => show(form), event === "input" ? 500 : 0));
});
on("submit", (event) => clearTimeout(showing.get(event.target)));
// What was refused is shown as it was typed, not as it was kept.
$$("form[data-preview]:has(.bad)").forEach(show);

// Each time in a new frame, which takes the place of the old one when it is filled: nothing flickers, and Back leaves the page.
function show(form) {
  const old = $("iframe:not([hidden])", form);
  const frame = old.cloneNode();
  frame.removeAttribute("src");
  frame.hidden = true;
  frame.name = `${old.name}-`;
  $$("iframe[hidden]", form).forEach((late) => late.remove());
  old.after(frame);
  $$("[formtarget]", form).forEach((button) => { button.formTarget = frame.name; });
  form.requestSubmit($("[data-show]", form));
  frame.addEventListener("load", () => { old.remove(); frame.hidden = false; });
}

on("click", (event) => {
  const button = event.target.closest("[data-insert]");
  const field = button && $("textarea", button.form);
  if (!field) return;
  field.focus();
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

/* ---------- Small things: data-all ticks all rows, data-count shows how many, data-autosubmit sends on a choice ---------- */

// With Shift all rows between this one and the one before become as this one.
let ticked = null;

on("click", (event) => {
  const box = event.target.closest?.(".picking tbody input[type=checkbox]");
  if (!box) return;
  const boxes = $$("tbody input[type=checkbox]", box.closest(".picking"));
  const [first, last] = [boxes.indexOf(ticked), boxes.indexOf(box)].sort((one, other) => one - other);
  if (event.shiftKey && first >= 0) boxes.slice(first, last + 1).forEach((one) => { one.checked = box.checked; });
  ticked = box;
});

on("change", (event) => {
  const group = event.target.closest(".picking");
  if (event.target.matches("[data-all]")) $$("tbody input[type=checkbox]", group).forEach((box) => { box.checked = event.target.checked; });
  if (group) recount(group);
  event.target.closest("form[data-autosubmit]")?.requestSubmit();
});
on("htmx:after:swap", () => $$(".picking").forEach(recount));

function recount(group) {
  const boxes = $$("tbody input[type=checkbox]", group);
  const number = boxes.filter((box) => box.checked).length;
  $$("[data-count]", group).forEach((line) => { line.textContent = number; });
  $$("[data-all]", group).forEach((all) => { all.checked = number > 0 && number === boxes.length; });
}
on("click", (event) => $$("details.account[open]").forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open")));
on("keydown", (event) => event.key === "Escape" && $$("details.account[open]").forEach((menu) => menu.removeAttribute("open")));

on("click", (event) => event.target.closest("[data-print]") && print());

// Where the tabs are wider than the screen, the current one is in sight.
$(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

// Where popovers are unknown, the filters and the menu are simply shown, and their buttons have nothing to open.
if (!("popover" in HTMLElement.prototype)) $$("[popovertarget]").forEach((button) => { button.hidden = true; });
