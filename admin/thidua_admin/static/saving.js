/* Saves figures as they are typed; nothing typed is lost.

   A page has one [data-saving] with data-person (who types). In it stand lines: [data-line] is the
   address a line is sent to, data-version the version that is shown. A line's fields carry
   data-input="name" (text, select or radios) or data-explanation. Its place for the state is
   [data-line-state]; points and words of the answer go to [data-points] and [data-words]. Words
   and the model of a conflict come from templates (desk/saving_parts.html).

   Every change is kept in localStorage, under person, address and tab, until the server has said
   "saved"; a save that got no answer is sent again under its own save_id before anything newer.
   What tabs kept that are gone is taken over by the next that shows the line and sent in the order
   in which it was typed, each as a change of what its tab saw: the server tells what conflicts.
   Each line reports "line:saved" (detail: the answer) and "line:state" (detail: the state); the
   [data-saving] gets "saving:state" (detail: {saved, saving, kept, refused, conflict}). */

const PAUSE = 700;
const PATIENCE = 20_000;
const RETRIES = [2000, 4000, 8000, 15_000, 30_000];
const root = document.querySelector("[data-saving]");
const words = document.getElementById("saving-words")?.dataset ?? {};
const lines = new Map();

const saveId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const TAB = saveId();

/* A slot for each line and tab, so that no tab writes over what another has kept. */
const storage = {
  start: () => `thidua.unsaved.${root.dataset.person}.`,
  own: (address) => `${storage.start()}${address}#${TAB}`,
  address: (slot) => slot.slice(storage.start().length).split("#")[0],
  slots() {
    try {
      return Object.keys(localStorage).filter((slot) => slot.startsWith(this.start()));
    } catch { return []; }
  },
  read(slot) {
    try { return JSON.parse(localStorage.getItem(slot)); } catch { return null; }
  },
  write(address, record) {
    try {
      localStorage.setItem(this.own(address), JSON.stringify({ ...record, at: Date.now() }));
      return true;
    } catch { return false; }
  },
  drop(slot) {
    try { localStorage.removeItem(slot); } catch { /* nothing can be kept here anyway */ }
  },
};

const newest = ({ typed, sending }) => typed ?? sending;
const same = (one, other) =>
  one.explanation === other.explanation && JSON.stringify(one.inputs) === JSON.stringify(other.inputs);
const shown = (points) => points === null ? "–"
  : new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 4 }).format(points);
const put = (place, text) => { if (place) place.textContent = text; };
const say = (sentence, values) => Object.entries(values)
  .reduce((text, [name, value]) => text.replace(`{${name}}`, value), sentence ?? "");

class Line {
  constructor(element) {
    this.element = element;
    this.address = element.dataset.line;
    this.version = Number(element.dataset.version);
    this.stored = this.read();
    this.sending = null;
    this.typed = null;
    this.busy = false;
    this.kept = true;
    this.waiting = [];
    this.state = "saved";
  }

  get fields() { return this.element.querySelectorAll("[data-input]"); }
  get text() { return this.element.querySelector("[data-explanation]"); }
  get unsaved() { return Boolean(this.sending || this.typed); }

  read() {
    const inputs = {};
    for (const field of this.fields) {
      const name = field.dataset.input;
      if (field.type !== "radio") inputs[name] = field.value.trim() || null;
      else inputs[name] = field.checked ? field.value : inputs[name] ?? null;
    }
    return { inputs, explanation: this.text?.value.trim() ?? "" };
  }

  fill({ inputs, explanation }) {
    for (const field of this.fields) {
      const value = inputs[field.dataset.input] ?? "";
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
    if (this.text) this.text.value = explanation;
  }

  /* What was kept before this page was opened, oldest first. */
  restore(slots) {
    this.waiting = slots.map((slot) => ({ slot, ...storage.read(slot) })).filter(newest)
      .sort((one, other) => (one.at ?? 0) - (other.at ?? 0));
    this.takeOver();
  }

  /* Show and send the next that another tab has kept, if there is one. */
  takeOver() {
    const kept = this.waiting.shift();
    if (!kept) return false;
    if (same(newest(kept), this.stored)) {
      storage.drop(kept.slot);
      return this.takeOver();
    }
    ({ version: this.version, sending: this.sending, typed: this.typed } = kept);
    this.keep();
    if (this.kept) storage.drop(kept.slot);
    this.fill(newest(kept));
    this.send();
    return true;
  }

  settle() {
    if (!this.takeOver()) this.enter("saved");
  }

  keep() {
    const { version, sending, typed } = this;
    if (this.unsaved) this.kept = storage.write(this.address, { version, sending, typed });
    else storage.drop(storage.own(this.address));
  }

  changed() {
    const content = this.read();
    for (const field of this.fields) field.removeAttribute("aria-invalid");
    const last = this.sending ?? this.stored;
    this.typed = same(content, last) ? null : { ...content, save_id: saveId() };
    this.keep();
    clearTimeout(this.timer);
    if (this.state === "conflict") {
      put(this.element.querySelector("[data-conflict] [data-mine]"), this.describe(content));
      return;
    }
    if (!this.unsaved) this.settle();
    else {
      this.enter("saving");
      this.timer = setTimeout(() => this.send(), PAUSE);
    }
  }

  async send() {
    clearTimeout(this.timer);
    if (this.busy || !this.unsaved || this.state === "conflict") return;
    if (!this.sending) [this.sending, this.typed] = [this.typed, null];
    this.busy = true;
    this.keep();
    this.enter("saving");
    const answer = await post(this.address, { ...this.sending, expected_version: this.version });
    this.busy = false;
    this[answer.state](answer);
  }

  saved(answer) {
    this.version = answer.row_version;
    this.stored = this.sending;
    this.sending = null;
    this.keep();
    put(this.element.querySelector("[data-points]"), shown(answer.points));
    put(this.element.querySelector("[data-words]"), answer.words);
    this.element.dispatchEvent(new CustomEvent("line:saved", { bubbles: true, detail: answer }));
    if (this.typed) this.send();
    else this.settle();
  }

  refused({ problems }) {
    const newer = this.typed;
    this.giveBack();
    if (newer) {
      this.send();
      return;
    }
    const wrong = new Set(problems.map((problem) => problem.place));
    for (const field of this.fields) {
      if (wrong.has(field.dataset.input)) field.setAttribute("aria-invalid", "true");
    }
    this.enter("refused", problems.map((problem) => problem.sentence).join(" "));
  }

  conflict({ sentence, stored }) {
    this.giveBack();
    const mine = this.read();
    const theirs = { explanation: stored.explanation, inputs: {} };
    for (const name of Object.keys(mine.inputs)) theirs.inputs[name] = stored.inputs[name] ?? null;
    if (same(mine, theirs)) {
      this.take(stored, theirs);
      return;
    }
    this.enter("conflict");
    this.ask(sentence, mine, theirs, stored);
  }

  unreachable({ sentence }) {
    this.enter("kept", this.kept ? sentence : words.unkept);
    retryLater();
  }

  /* What was being sent is again what was typed, unless something newer was. */
  giveBack() {
    this.typed ??= this.sending;
    this.sending = null;
    this.keep();
  }

  ask(sentence, mine, theirs, stored) {
    const model = document.getElementById("conflict-model").content.firstElementChild;
    const panel = model.cloneNode(true);
    put(panel.querySelector("[data-sentence]"), sentence);
    put(panel.querySelector("[data-mine]"), this.describe(mine));
    put(panel.querySelector("[data-theirs]"), this.describe(theirs));
    panel.querySelector("[data-take-mine]").addEventListener("click", () => {
      panel.remove();
      this.fields[0]?.focus();
      this.version = stored.row_version;
      this.stored = theirs;
      this.state = "saved";
      this.changed();
      this.send();
    });
    panel.querySelector("[data-take-theirs]").addEventListener("click", () => {
      panel.remove();
      this.fields[0]?.focus();
      this.take(stored, theirs);
    });
    this.element.querySelector("[data-conflict]")?.remove();
    (this.element.querySelector("[data-conflict-place]") ?? this.element).append(panel);
  }

  take(stored, theirs) {
    this.version = stored.row_version;
    this.stored = theirs;
    this.typed = null;
    this.fill(theirs);
    this.keep();
    this.settle();
  }

  describe({ inputs, explanation }) {
    const said = Object.entries(inputs).map(([name, value]) => {
      const fields = [...this.fields].filter((field) => field.dataset.input === name);
      const choice = fields.find((field) => field.type === "radio" && field.value === value)
        ?? [...(fields[0].options ?? [])].find((option) => option.value === value);
      const text = value === null ? words.nothing : choice?.dataset.label ?? choice?.text ?? value;
      return `${fields[0].dataset.called ?? name}: ${text}`;
    });
    if (this.text) said.push(`${this.text.dataset.called}: ${explanation || words.nothing}`);
    return said.join("\n");
  }

  enter(state, sentence = words[state]) {
    this.state = state;
    this.element.dataset.state = state;
    put(this.element.querySelector("[data-line-state]"), sentence);
    this.element.dispatchEvent(new CustomEvent("line:state", { bubbles: true, detail: state }));
    showWhole();
  }
}

/* The answer of the server, or that there was none; a token that has grown old is renewed once. */
async function post(address, line, again = true) {
  let response;
  try {
    response = await fetch(address, {
      method: "POST",
      redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(line),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if ((response.headers.get("Content-Type") ?? "").startsWith("application/json")) {
      const answer = await response.json();
      if (["saved", "conflict", "refused"].includes(answer.state)) return answer;
    }
  } catch {
    return { state: "unreachable", sentence: words.kept };
  }
  if (response.status === 400 && again && await renewToken()) return post(address, line, false);
  const signedOut = response.type === "opaqueredirect" || [400, 401].includes(response.status);
  return { state: "unreachable", sentence: signedOut ? words.signedout : words.failed };
}

const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

/* The token of this page opened anew, if still the same person is signed in. */
async function renewToken() {
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(PATIENCE) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.querySelector("[data-saving]")?.dataset.person !== root.dataset.person) return false;
    document.body.setAttribute("hx-headers", page.body.getAttribute("hx-headers"));
    return true;
  } catch {
    return false;
  }
}

let retry = 0;
let retryTimer;
function retryLater() {
  clearTimeout(retryTimer);
  retryTimer = setTimeout(flush, RETRIES[Math.min(retry++, RETRIES.length - 1)]);
}

/** Send now whatever is not saved yet. */
export function flush() {
  for (const line of lines.values()) if (line.state !== "refused") line.send();
}

/* Kept for lines of this page that can be typed into no more. */
function leftOver() {
  const start = storage.start() + root.dataset.saving;
  const there = new Set([...lines.values()].map((line) => line.address));
  const { savingLeaf } = root.dataset;  // lines of other criteria have pages of their own
  return storage.slots().filter((slot) =>
    slot.startsWith(start) && !there.has(storage.address(slot)) && newest(storage.read(slot) ?? {})
    && [undefined, storage.address(slot).split("/").at(-2)].includes(savingLeaf));
}

function showLeftOver() {
  const place = document.querySelector("[data-left-over]");
  const slots = place && root.dataset.saving ? leftOver() : [];
  if (!slots.length) return;
  const said = slots.map((slot) => {
    const { inputs, explanation } = newest(storage.read(slot));
    const figures = Object.values(inputs).filter((value) => value !== null).join("; ");
    const [unit, code] = storage.address(slot).split("/").slice(-3);
    const row = document.querySelector(`[data-row][data-unit="${unit}"][data-leaf="${code}"]`);
    return `${row?.dataset.title ?? code}: ${[figures, explanation].filter(Boolean).join(" – ")}`;
  });
  put(place.querySelector("[data-left-over-lines]"), said.join("\n"));
  place.querySelector("button").addEventListener("click", () => {
    for (const slot of slots) storage.drop(slot);
    place.hidden = true;
  });
  place.hidden = false;
}

function counts() {
  const found = { saved: 0, saving: 0, kept: 0, refused: 0, conflict: 0 };
  for (const line of lines.values()) found[line.state] += 1;
  return found;
}

let savedAt = null;
function showWhole() {
  const found = counts();
  if (!found.kept && !found.saving) retry = 0;
  const state = ["conflict", "kept", "refused", "saving"].find((name) => found[name]) ?? "saved";
  if (state === "saved") savedAt = new Date();
  const time = savedAt?.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" }) ?? "";
  for (const place of document.querySelectorAll("[data-saving-state]")) {
    place.dataset.state = state;
    put(place, say(words[`all${state}`], { count: found[state], time }));
  }
  root.dispatchEvent(new CustomEvent("saving:state", { detail: found }));
}

const lineOf = (event) => lines.get(event.target.closest?.("[data-line]"));
const isField = (event) => event.target.matches?.("[data-input], [data-explanation]");

function start() {
  for (const element of root.querySelectorAll("[data-line]")) lines.set(element, new Line(element));
  const slots = storage.slots();
  for (const line of lines.values()) {
    line.restore(slots.filter((slot) => storage.address(slot) === line.address));
  }
  showLeftOver();
  root.addEventListener("input", (event) => { if (isField(event)) lineOf(event)?.changed(); });
  root.addEventListener("change", (event) => { if (isField(event)) lineOf(event)?.send(); });
  addEventListener("online", () => { retry = 0; flush(); });
  document.addEventListener("visibilitychange", flush);
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    for (const line of lines.values()) line.send();
    if (!counts().saving) showWhole();
  });
  addEventListener("beforeunload", (event) => {
    if ([...lines.values()].some((line) => line.unsaved)) event.preventDefault();
  });
}

if (root) start();
