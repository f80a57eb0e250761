/* Completes the tag under the cursor in every textarea.tags of a form. Without it the form works as it is. */
"use strict";
(() => {
  const WAIT = 120; // milliseconds after the last key
  const SLOTS = new Set(["hair", "eyes", "face", "body", "clothing", "accessories", "pose", "background",
    "environment", "lighting", "atmosphere", "style", "quality", "negative"]);
  const SLOT_OF = { expressions: "expression", interactions: "interaction" };
  const answers = new Map();
  let field = null, options = [], active = -1, timer = 0, asked = null, inserting = false;

  const list = document.createElement("ul");
  list.id = "completion-list";
  list.className = "completion";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Tags");
  list.hidden = true;
  const said = document.createElement("div");
  said.className = "unseen";
  said.setAttribute("role", "status");

  const place = () => document.getElementById("completion");
  const project = () => document.getElementById("id_project")?.value || place()?.dataset.project || "";

  /* "looks-0-hair" is about hair, "expressions-0-tags" about expressions. */
  function slotOf(name) {
    const parts = name.split("-");
    const last = parts[parts.length - 1];
    if (last === "tags") return SLOT_OF[parts[0]] || "";
    return SLOTS.has(last) ? last : "";
  }

  /* Where the tag under the cursor begins and ends, without the blanks around it. Nothing is typed while the cursor
     stands within a word: replacing what follows it could take another tag away. */
  function segment(area) {
    const text = area.value, at = area.selectionStart;
    let start = at, end = at;
    while (start > 0 && !",\n".includes(text[start - 1])) start -= 1;
    while (end < text.length && !",\n".includes(text[end])) end += 1;
    while (start < at && /\s/.test(text[start])) start += 1;
    while (end > at && /\s/.test(text[end - 1])) end -= 1;
    return { start, end, typed: end > at ? "" : text.slice(start, at).trim() };
  }

  function close() {
    clearTimeout(timer);
    asked?.abort();
    asked = null;
    if (list.hidden) return;
    list.hidden = true;
    options = [];
    active = -1;
    field?.removeAttribute("aria-activedescendant");
    said.textContent = "";
  }

  function choose(index) {
    active = index;
    for (const [at, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(at === index));
    list.children[index]?.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", `completion-${index}`);
  }

  function draw(typed) {
    list.replaceChildren(...options.map(({ tag, slot }, index) => {
      const item = document.createElement("li");
      item.id = `completion-${index}`;
      item.setAttribute("role", "option");
      const name = document.createElement("span");
      name.className = "tag";
      const at = tag.indexOf(typed);
      if (at < 0) name.textContent = tag;
      else {
        const hit = document.createElement("b");
        hit.textContent = typed;
        name.append(tag.slice(0, at), hit, tag.slice(at + typed.length));
      }
      const where = document.createElement("span");
      where.className = "slot";
      where.textContent = slot || "";
      item.append(name, where);
      return item;
    }));
    if (list.hidden) {
      const box = field.getBoundingClientRect();
      list.style.width = `${Math.min(box.width, 352)}px`;
      list.style.left = `${box.left + scrollX}px`;
      list.style.top = `${box.bottom + scrollY + 4}px`;
      list.hidden = false;
    }
    choose(0);
    said.textContent = `${options.length} ${options.length === 1 ? "tag" : "tags"}, first ${options[0].tag}`;
  }

  async function ask(area) {
    const { typed, start, end } = segment(area);
    const key = project(), slot = slotOf(area.name);
    if (!typed || typed === "-" || typed.length > 64 || !key) return close();
    const query = new URLSearchParams({ project: key, q: typed, slot }).toString();
    let found = answers.get(query);
    if (!found) {
      asked?.abort();
      asked = new AbortController();
      try {
        const answer = await fetch(`${place().dataset.url}?${query}`, { signal: asked.signal, redirect: "error" });
        if (!answer.ok) return close();
        found = (await answer.json()).tags;
      } catch {
        return; // a newer question, or no network: typing goes on
      }
      answers.set(query, found);
    }
    if (document.activeElement !== area || segment(area).typed !== typed) return;
    const spelled = typed.toLowerCase().split(/\s+/).join("_");
    const others = new Set((area.value.slice(0, start) + area.value.slice(end)).split(/[,\n]/).map((tag) => tag.trim()));
    const offered = found.filter(({ tag }) => !others.has(tag));
    if (!offered.length || (offered.length === 1 && offered[0].tag === typed)) return close();
    field = area;
    options = offered;
    draw(spelled);
  }

  function accept(index) {
    const { start, end } = segment(field);
    const rest = field.value.slice(end).trim();
    const text = options[index].tag + (rest ? "" : ", ");
    const area = field;
    close();
    inserting = true;
    area.focus();
    area.setSelectionRange(start, rest ? end : area.value.length);
    // The old command keeps the way back with Ctrl+Z, which setRangeText does not.
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    inserting = false;
  }

  const isOurs = (target) => target instanceof HTMLTextAreaElement && target.classList.contains("tags");

  document.addEventListener("focusin", ({ target }) => {
    if (!isOurs(target) || !place()) return;
    if (!list.isConnected) document.body.append(list, said);
    target.setAttribute("aria-autocomplete", "list");
    target.setAttribute("aria-controls", list.id);
    target.setAttribute("autocomplete", "off");
  });
  document.addEventListener("focusout", ({ target }) => { if (target === field || isOurs(target)) close(); });
  document.addEventListener("input", (event) => {
    if (!isOurs(event.target) || !place() || inserting || event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT, event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (list.hidden || event.target !== field || event.isComposing) return;
    const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown" && plain) choose((active + 1) % options.length);
    else if (event.key === "ArrowUp" && plain) choose((active + options.length - 1) % options.length);
    else if ((event.key === "Enter" || event.key === "Tab") && plain) {
      if (active === 0 && options[0].tag === segment(field).typed) return close(); // it stands there already
      accept(active);
    } else {
      if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) close();
      return;
    }
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the textarea keeps the focus
  list.addEventListener("mousemove", ({ target }) => {
    const index = [...list.children].indexOf(target.closest("[role=option]"));
    if (index >= 0 && index !== active) choose(index);
  });
  list.addEventListener("click", ({ target }) => {
    const index = [...list.children].indexOf(target.closest("[role=option]"));
    if (index >= 0) accept(index);
  });
  addEventListener("resize", close);
})();
