/* Taking minutes: <form data-lines>, in which radios with data-sign="!" or "=" are the kinds of a line.
   Without a connection a line waits in this tab and goes out, in order, when it is back. It waits in sessionStorage, which
   ends with the tab: the computer may be shared. Each line has a key of its own, so a second attempt writes nothing twice. */
"use strict";

{
  const form = () => $("form[data-lines]");
  const place = () => `lines:${new URL(form().action).pathname}`;
  const lines = () => JSON.parse(sessionStorage.getItem(place()) ?? "[]");
  const store = (found) => (found.length ? sessionStorage.setItem(place(), JSON.stringify(found)) : sessionStorage.removeItem(place()));
  // By its name: the list of a form's fields has a method of its own that is called `item`.
  const field = (name) => form().elements.namedItem(name);
  const say = (text) => { $("[data-unsent]", form()).textContent = text; };
  let sending = false;

  on("keydown", (event) => {
    const typed = event.target.matches?.("form[data-lines] textarea") && event.target.form;
    if (!typed || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (event.target.value.trim()) typed.requestSubmit();
  });
  on("input", (event) => {
    const typed = event.target.matches?.("form[data-lines] textarea") && event.target.form;
    const kind = typed && $$("[data-sign]", typed).find((radio) => event.target.value.startsWith(radio.dataset.sign));
    if (!kind) return;
    kind.checked = true;
    kind.dispatchEvent(new Event("change", { bubbles: true }));
    event.target.value = event.target.value.slice(kind.dataset.sign.length).trimStart();
  });

  // While lines wait, the next one joins them at the end, so that the order stays.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-lines]") || !lines().length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    keep(event.target);
    send();
  }, true);
  document.addEventListener("htmx:error", (event) => {
    const { sourceElement, response } = event.detail.ctx ?? {};
    if (!sourceElement?.matches("form[data-lines]") || response?.status) return;
    event.stopImmediatePropagation();
    keep(sourceElement);
  }, true);

  function keep(typed) {
    if (!typed.elements.text.value.trim()) return;
    store([...lines(), [...new FormData(typed)]]);
    for (const name of ["text", "who", "before"]) typed.elements[name].value = "";
    typed.elements.client_key.value = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    $("[name=kind]", typed).checked = true;
    show();
    typed.elements.text.focus();
  }

  function show() {
    $$("[data-waits]").forEach((row) => row.remove());
    const here = field("item").value;
    const waiting = lines().map((line) => Object.fromEntries(line));
    waiting.filter((line) => line.item === here).forEach((line) => $(".log").append(row(line)));
    say(waiting.length ? `${form().dataset.wordWaiting}: ${waiting.length}. ${form().dataset.wordLater}` : "");
  }

  function row(line) {
    const made = Object.assign(document.createElement("li"), { className: "waits" });
    const kind = $(`[name=kind][value="${CSS.escape(line.kind)}"]`)?.closest("label").textContent ?? "";
    made.dataset.waits = "";
    made.append(
      Object.assign(document.createElement("span"), { className: "kind", textContent: kind }),
      Object.assign(document.createElement("p"), { textContent: [line.text, line.who, line.before].filter(Boolean).join(", ") }),
      Object.assign(document.createElement("span"), { className: "meta", textContent: form().dataset.wordWaiting }),
    );
    return made;
  }

  async function send() {
    if (sending || !form() || !lines().length) return;
    sending = true;
    try {
      while (lines().length && (await isSent(lines()[0])));
    } catch {
      // Still no connection: the lines go on waiting.
    }
    sending = false;
  }

  async function isSent(line) {
    const body = new FormData();
    line.forEach(([name, value]) => body.append(name, value));
    const answer = await fetch(form().action, { method: "POST", body });
    // Saved means: sent on to the page of the minutes, and to no other (such as the one to sign in).
    if (!answer.ok || new URL(answer.url).pathname !== new URL(form().action).pathname) return refused(answer, line);
    store(lines().slice(1));
    const sent = $("[data-waits]");
    if (sent && new Map(line).get("item") === field("item").value) {
      delete sent.dataset.waits;
      $(".meta", sent).textContent = form().dataset.wordSaved;
      sent.className = "changed";
    }
    show();
    return true;
  }

  // What was refused goes back to where it can be changed, as soon as nothing else stands there.
  async function refused(answer, line) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.status === 422 && !field("text").value.trim()) {
      store(lines().slice(1));
      for (const [name, value] of line) if (name !== "client_key") field(name).value = value;
      show();
    }
    say(($(".error-summary li", page) ?? $("main h1", page)).textContent.trim());
    return false;
  }

  on("htmx:after:settle", () => form() && lines().length && show());
  window.addEventListener("online", send);
  window.addEventListener("beforeunload", (event) => form() && lines().length && event.preventDefault());
  setInterval(send, 10000);
  if (form() && lines().length) {
    show();
    send();
  }
}
