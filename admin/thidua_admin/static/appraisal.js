/* The appraiser's grid and the page of one line: the current row, keys, accepting, asking,
   choosing many. Saving is saving.js's: whatever is filled in here is reported to it as typing. */

const grid = document.querySelector("[data-grid]");
const alone = document.querySelector("[data-alone]");
const rows = [...document.querySelectorAll("[data-row]")];
const dialog = document.getElementById("ask");
const remembered = "thidua.appraisal.keys";
let current = null;

const fieldsOf = (row) => [...row.querySelectorAll("[data-input]")];
const waiting = (row) => row.dataset.standing === "waiting";
const here = () => rows.indexOf(current);
/* As when the page is put aside: saving.js sends whatever is not saved. */
const flush = () => document.dispatchEvent(new Event("visibilitychange"));
const put = (place, text) => { if (place) place.textContent = text; };
const follow = (selector) => {
  const link = document.querySelector(selector);
  if (!link) return;
  flush();
  location.assign(link.href);
};

/* -- The current row ------------------------------------------------------------------------- */

function stand(row, { focus = true, scroll = true } = {}) {
  if (!row) return;
  if (row !== current) {
    current?.classList.remove("current");
    row.classList.add("current");
    current = row;
    if (grid && scroll) history.replaceState(null, "", `#${row.id}`);
  }
  if (focus) row.focus({ preventScroll: true });
  if (scroll) row.scrollIntoView({ block: "nearest" });
}

const step = (by) => {
  if (grid) stand(rows[Math.max(0, Math.min(rows.length - 1, here() + by))]);
  else follow(by > 0 ? "[data-way-after]" : "[data-way-before]");
};

function nextWaiting() {
  if (!grid) {
    follow("[data-way-waiting]");
    return;
  }
  const at = here();
  stand([...rows.slice(at + 1), ...rows.slice(0, at)].find(waiting));
}

/* -- Accepting and typing -------------------------------------------------------------------- */

const typedInto = (field) => {
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
};

/* What was appraised otherwise is not given up by a key pressed by mistake. */
function givesUp(row) {
  const otherwise = fieldsOf(row).some((field) => field.value && field.value !== field.dataset.accepted);
  const question = document.getElementById("accept-again").content.textContent.trim();
  return !otherwise || row.dataset.standing !== "done" || window.confirm(question);
}

function accept(row) {
  if (!row?.querySelector("[data-accept]") || !givesUp(row)) return;
  const fields = fieldsOf(row);
  for (const field of fields) field.value = field.dataset.accepted;
  typedInto(fields[0]);
  if (grid) nextWaiting();
}

function edit(row) {
  const [first] = row ? fieldsOf(row) : [];
  first?.focus();
  first?.select?.();
}

/* In a field: Enter writes it down and goes on to the same field of the next row; of a choice to
   the row itself, where a letter chooses nothing. A figure has no letters: there they are keys. */
function keyInField(event) {
  const row = event.target.closest("[data-row]");
  const act = event.target.inputMode === "decimal" && event.key.length === 1 && !keysOff()
    && KEYS[event.key.toLowerCase()];
  if (event.key === "Escape" || act) {
    if (act) event.preventDefault();
    row.focus();
    if (act) act();
    return;
  }
  if (event.key !== "Enter" || event.target.matches("textarea")) return;
  event.preventDefault();
  typedInto(event.target);
  if (!grid) return;
  const name = event.target.dataset.input;
  step(1);
  const next = fieldsOf(current).find((field) => field.dataset.input === name && !field.options);
  next?.focus();
  next?.select?.();
}

/* Who changes one figure of a line that nobody has appraised leaves the others as the unit gave
   them; before saving.js reads the line. */
document.addEventListener("input", ({ target }) => {
  const row = target.closest?.("[data-row]");
  if (!row || !target.matches("[data-input]") || !target.value) return;
  const others = fieldsOf(row).filter((field) => field !== target);
  if (others.some((field) => field.value)) return;
  for (const field of others) field.value = field.dataset.accepted;
}, true);

const shownText = (field) => field.options?.[field.selectedIndex]?.text ?? field.value;

function showFigures(row) {
  for (const field of fieldsOf(row)) {
    put(row.querySelector(`[data-shown="${field.dataset.input}"]`), shownText(field) || "–");
  }
  const all = row.querySelector("[data-shown-all]");
  if (all) {
    const list = document.createElement("dl");
    list.className = "figures";
    for (const field of fieldsOf(row).filter((item) => item.value)) {
      const pair = document.createElement("div");
      for (const [tag, text] of [["dt", field.dataset.called], ["dd", shownText(field)]]) {
        pair.append(Object.assign(document.createElement(tag), { textContent: text }));
      }
      list.append(pair);
    }
    all.replaceChildren(list.children.length ? list : "–");
  }
  put(row.querySelector("[data-shown-comment]"), row.querySelector("[data-explanation]").value);
}

/* The server has the line: its state and the counts above the grid follow. */
document.addEventListener("line:saved", (event) => {
  const row = event.target;
  showFigures(row);
  const done = fieldsOf(row).every((field) => field.value);
  row.dataset.standing = done ? "done" : "waiting";
  const model = document.getElementById(done ? "state-done" : "state-waiting");
  row.querySelector("[data-shown-state]")?.replaceChildren(model.content.cloneNode(true));
  for (const [name, state] of [["xong", "done"], ["cho", "waiting"]]) {
    const shift = Number(grid?.dataset[`off${name}`] ?? 0);
    put(document.querySelector(`[data-count="${name}"]`),
      rows.filter((item) => item.dataset.standing === state).length + shift);
  }
});

/* -- Asking ---------------------------------------------------------------------------------- */

function ask(row) {
  if (!row?.querySelector("[data-ask]")) return;
  const form = dialog.querySelector("[data-ask-form]");
  form.elements["don-vi"].value = row.dataset.unit;
  form.elements["tieu-chi"].value = row.dataset.leaf;
  const back = form.elements.ve;
  back.value = `${back.value.split("#")[0]}#${row.id}`;
  put(dialog.querySelector("[data-ask-who]"), row.dataset.title);
  flush();
  dialog.showModal();
}

dialog?.querySelector("[data-ask-close]").addEventListener("click", () => dialog.close());

/* -- Many ------------------------------------------------------------------------------------ */

const many = document.querySelector("[data-many]");
const picks = () => [...document.querySelectorAll('input[type="checkbox"][name="don-vi"]')];

function showPicked() {
  if (!many) return;
  const count = picks().filter((box) => box.checked).length;
  put(many.querySelector("[data-picked]"), count);
  many.hidden = count === 0;
  const same = many.querySelector("[data-decision]").value === "so-lieu";
  for (const part of many.querySelectorAll("[data-same]")) {
    part.hidden = !same;
    part.querySelector("input, select").required = same;
  }
}

function pick(row) {
  const box = row?.querySelector('input[name="don-vi"]');
  if (!box) return;
  box.checked = !box.checked;
  showPicked();
}

for (const all of document.querySelectorAll("[data-pick-all]")) {
  all.addEventListener("change", () => {
    for (const box of picks()) box.checked = all.checked;
    showPicked();
  });
}
many?.addEventListener("change", showPicked);
many?.addEventListener("submit", flush);

/* -- Documents of one line ------------------------------------------------------------------- */

function nextDocument() {
  const links = [...document.querySelectorAll("[data-document]")];
  const at = links.findIndex((link) => link.closest('[aria-current="true"]'));
  if (links.length > 1) location.replace(links[(at + 1) % links.length].href);
}

function open() {
  if (alone) follow("[data-way-back]");
  else if (current) {
    flush();
    location.assign(current.dataset.open);
  }
}

/* -- Keys: only where nothing is typed, and they can be switched off --------------------------- */

const KEYS = {
  j: () => step(1), arrowdown: () => step(1),
  k: () => step(-1), arrowup: () => step(-1),
  c: () => accept(current), s: () => edit(current), h: () => ask(current),
  t: nextWaiting, m: open, x: () => (alone ? nextDocument() : pick(current)),
};
const keySwitch = document.querySelector("[data-keys-switch]");
const keysOff = () => {
  try { return localStorage.getItem(remembered) === "off"; } catch { return false; }
};

if (keySwitch) {
  keySwitch.checked = !keysOff();
  keySwitch.addEventListener("change", () => {
    try { localStorage.setItem(remembered, keySwitch.checked ? "on" : "off"); } catch { /* private */ }
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog?.open) return;
  if (event.target.matches("[data-input], [data-explanation]")) {
    keyInField(event);
    return;
  }
  if (event.target.matches("input:not([type=checkbox]), textarea, select, iframe") || keysOff()) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  const row = event.target.closest("[data-row]");
  if (grid && row && row !== current) stand(row, { focus: false });
  act();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (event.target.closest("[data-accept]")) accept(row);
  else if (event.target.closest("[data-ask]")) ask(row);
  else if (event.target.matches('input[name="don-vi"]')) showPicked();
  else if (row && grid && !event.target.closest("a, button, input, select, textarea, label")) {
    stand(row);
  }
});
document.querySelector("[data-auto-submit]")?.addEventListener("change", (event) => {
  event.currentTarget.requestSubmit();
});

if (grid) {
  for (const [name, state] of [["xong", "done"], ["cho", "waiting"]]) {
    const shown = rows.filter((row) => row.dataset.standing === state).length;
    const said = Number(document.querySelector(`[data-count="${name}"]`)?.textContent ?? shown);
    grid.dataset[`off${name}`] = said - shown;
  }
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (rows.includes(named)) stand(named);
  else stand(rows[0], { scroll: false });
} else current = rows[0] ?? null;
showPicked();
