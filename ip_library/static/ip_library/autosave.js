/* Saves the draft by itself when nobody has typed for a while. A draft is no version: committing is another step.
   Left to the Save button: new rows, files, rows to be deleted, a new order of the cast (the page must be drawn anew
   after them), and whatever the server does not accept. Without this file the form works as it is. */
"use strict";
window.addEventListener("load", () => {
  const QUIET = 20000; // milliseconds without a change
  const form = document.querySelector("#content-main form");
  const state = form?.elements.namedItem("seen_state");
  if (!state || !state.value) return;

  const said = document.createElement("span");
  said.className = "autosaved";
  said.setAttribute("role", "status");
  form.querySelector(".submit-row")?.append(said);
  let timer = 0, running = null, refused = "";

  /* What the form would send, file fields left out. */
  const content = (source) => {
    const values = new Map();
    for (const [name, value] of new FormData(source)) {
      if (name === "csrfmiddlewaretoken" || name === "seen_state" || typeof value !== "string") continue;
      values.set(name, [...(values.get(name) || []), value.replaceAll("\r\n", "\n")]);
    }
    return new Map([...values].map(([name, list]) => [name, JSON.stringify(list)]));
  };
  const same = (one, other) => one.size === other.size && [...one].every(([name, value]) => other.get(name) === value);
  let saved = content(form);

  const needsThePage = () => {
    for (const total of form.querySelectorAll("[name$='-TOTAL_FORMS']")) {
      const initial = form.elements.namedItem(total.name.replace("-TOTAL_", "-INITIAL_"));
      if (total.value !== initial.value) return true;
    }
    return [...form.elements].some((field) => (field.type === "file" && field.files.length > 0)
      || (/-DELETE$/.test(field.name) && field.checked)
      || (/^cast-\d+-number$/.test(field.name) && field.value !== field.defaultValue));
  };

  /* Take over what the server made of the values; false where a person has gone on typing in a field that differs. */
  const takeOver = (sent, answer) => {
    const now = content(form), kept = content(answer);
    let whole = true;
    for (const name of new Set([...sent.keys(), ...kept.keys()])) {
      if (sent.get(name) === kept.get(name)) continue;
      const mine = form.elements.namedItem(name), theirs = answer.elements.namedItem(name);
      const plain = mine && theirs && "value" in mine && "value" in theirs && mine.type !== "checkbox";
      if (plain && now.get(name) === sent.get(name)) mine.value = theirs.value;
      else whole = false;
    }
    return whole;
  };

  const save = async () => {
    const data = new FormData(form), sent = content(form);
    for (const field of form.elements) if (field.type === "file") data.delete(field.name);
    data.append("_continue", "1");
    const answer = await fetch(location.href, { method: "POST", body: data }); // form.action may be a field of that name
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#content-main form");
    const current = fresh?.elements.namedItem("seen_state");
    if (!answer.ok || !answer.redirected || !current || page.querySelector(".errornote")) {
      refused = JSON.stringify([...sent]);
      said.textContent = "Not saved by itself: press Save to see why.";
      return;
    }
    if (takeOver(sent, fresh)) state.value = current.value; // else the next save is merged, or refused as stale
    saved = content(fresh);
    said.textContent = `Draft saved at ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}.`;
  };

  const due = () => {
    const now = content(form);
    if (running || same(now, saved) || JSON.stringify([...now]) === refused) return;
    if (needsThePage() || !form.checkValidity()) return;
    running = save().catch(() => { said.textContent = "Not saved by itself: the server does not answer."; })
      .finally(() => { running = null; });
  };
  const changed = () => { clearTimeout(timer); timer = setTimeout(due, QUIET); };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running) return;
    event.preventDefault(); // its own answer carries the state that this save must name
    running.then(() => form.requestSubmit(event.submitter));
  });
});
