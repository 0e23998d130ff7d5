/* The sheet: what is left follows saving, rows are filtered and folded, keys move between fields,
   the evidence of a row is fetched when it is opened. Saving itself is saving.js. */

const sheet = document.querySelector("[data-sheet]");
const TICKS = 10_000;
const all = (selector, place = sheet) => [...place.querySelectorAll(selector)];
const say = (sentence, values) => Object.entries(values)
  .reduce((text, [name, value]) => text.replace(`{${name}}`, value), sentence);
const written = (ticks) => new Intl.NumberFormat(
  document.documentElement.lang, { maximumFractionDigits: 4 }).format(ticks / TICKS);
const earned = (lines) => lines.reduce((sum, line) => sum + Number(line.dataset.earned ?? 0), 0);
const lacks = (line, kind) => line.dataset.gaps.split(" ").includes(kind);

/* What is left, in the head and in each domain. */

function showLeft() {
  const place = sheet.querySelector("[data-progress]");
  if (!place) return;
  const lines = all(".line");
  const left = lines.filter((line) => lacks(line, "input")).length;
  const unevidenced = lines.filter((line) => lacks(line, "evidence")).length;
  const { words, entered, done, lines: count } = place.dataset;
  const sentence = left ? words : unevidenced ? entered : done;
  place.textContent = say(sentence, { left, unevidenced, lines: count });
}

function showDomain(domain) {
  const lines = all(".line", domain);
  const left = lines.filter((line) => lacks(line, "input")).length;
  const place = domain.querySelector("[data-domain-left]");
  place.textContent = left ? say(place.dataset.words, { left }) : "";
  domain.querySelector("[data-domain-points]").textContent = written(earned(lines));
  const total = sheet.querySelector("[data-total]");
  if (total) total.textContent = written(earned(all(".line")));
}

function showLacks(line, kinds, words) {
  line.dataset.gaps = kinds;
  line.querySelector("[data-lacks]").textContent = words;
  showDomain(line.closest(".domain"));
  showLeft();
}

function lineSaved({ target: line, detail: { gaps, points } }) {
  if (line.dataset.counts === "points") {
    line.dataset.earned = points === null ? 0 : Math.round(Number(points) * TICKS);
  }
  const of = (name) => gaps.map((gap) => gap[name]).join(" ");
  showLacks(line, of("kind"), of("words"));
}

/* Filter: rows are chosen when the filter is, so that none vanishes under the hand. */

const fits = (line, kind) => kind === "explanation"
  ? "asked" in line.dataset || ("line" in line.dataset && lacks(line, kind))
  : !kind || lacks(line, kind);

function filter(kind) {
  const found = all(".line").map((line) => {
    line.hidden = !fits(line, kind);
    return !line.hidden;
  });
  for (const domain of all(".domain")) {
    domain.hidden = !domain.querySelector(".line:not([hidden])");
    if (kind && !domain.hidden) domain.open = true;
  }
  sheet.querySelector("[data-nothing]").hidden = found.some(Boolean);
}

/* What stands beside the sheet comes after it: last year's lines, what a new set lost. */

async function showBeside() {
  const answer = await fetch(sheet.dataset.beside);
  if (!answer.ok || answer.redirected) return;
  const beside = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const line of beside.querySelectorAll("[data-before]")) {
    const place = document.getElementById(`dong-${line.dataset.before}`);
    place?.querySelector(".line-before").append(...line.childNodes);
    sheet.classList.remove("sheet-first");
  }
  const lost = beside.querySelector("[data-lost]");
  if (lost) sheet.querySelector("[data-losses]").append(lost);
}

/* Folded domains are remembered for this sheet. */

const key = `thidua.folded.${location.pathname}`;
const folded = () => all(".domain").filter((domain) => !domain.open).map((domain) => domain.id);
const foldButton = sheet.querySelector("[data-fold]");

function remember() {
  try { localStorage.setItem(key, JSON.stringify(folded())); } catch { /* private browsing */ }
  if (foldButton) {
    const none = folded().length === all(".domain").length;
    foldButton.textContent = none ? foldButton.dataset.all : foldButton.dataset.none;
  }
}

function recall() {
  let ids = [];
  try { ids = JSON.parse(localStorage.getItem(key)) ?? []; } catch { /* nothing remembered */ }
  for (const id of ids) document.getElementById(id)?.removeAttribute("open");
  const aim = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (aim) {
    aim.closest(".domain")?.setAttribute("open", "");
    aim.scrollIntoView();
  }
}

/* Keys: Enter goes to the next field; up and down go to the same field of another row. */

const FIELDS = "input[data-input]:not([type=radio]), select[data-input], input[data-input]:checked, fieldset:not(:has(:checked)) label:first-child input[data-input]";
const shown = (element) => element.offsetParent !== null;
const fieldsOf = (line) => all(FIELDS, line).filter(shown);

/* The line before or after this one that has fields. */
function beside(line, by) {
  const lines = all("[data-line]");
  let at = lines.indexOf(line) + by;
  while (lines[at] && !fieldsOf(lines[at]).length) at += by;
  return lines[at];
}

const placeOf = (field, fields) =>
  fields.findIndex((other) => other.dataset.input === field.dataset.input);

function step(field, by) {
  const line = field.closest("[data-line]");
  const fields = fieldsOf(beside(line, by) ?? line);
  return fields[placeOf(field, fieldsOf(line))] ?? fields[0];
}

function next(field, by) {
  const line = field.closest("[data-line]");
  const fields = fieldsOf(line);
  const other = beside(line, by);
  return fields[placeOf(field, fields) + by] ?? (other && fieldsOf(other).at(by > 0 ? 0 : -1));
}

function keyPressed(event) {
  const field = event.target;
  if (!field.matches?.("[data-input]") || event.ctrlKey || event.altKey || event.metaKey) return;
  const text = field.type !== "radio" && field.tagName === "INPUT";
  let aim = null;
  if (event.key === "Enter") aim = next(field, event.shiftKey ? -1 : 1);
  else if (text && event.key === "ArrowDown") aim = step(field, 1);
  else if (text && event.key === "ArrowUp") aim = step(field, -1);
  else return;
  event.preventDefault();
  aim?.focus();
  if (aim?.tagName === "INPUT" && aim.type !== "radio") aim.select();
}

if (sheet) {
  sheet.addEventListener("line:saved", lineSaved);
  sheet.addEventListener("evidence:shown", ({ target, detail: { gaps, lacks: words } }) =>
    showLacks(target.closest(".line"), gaps, words));
  sheet.addEventListener("keydown", keyPressed);
  sheet.addEventListener("change", (event) => {
    if (event.target.name === "filter") filter(event.target.value);
  });
  foldButton?.addEventListener("click", () => {
    const open = folded().length === all(".domain").length;
    for (const domain of all(".domain")) domain.open = open;
  });
  recall();
  showBeside().catch(() => { /* without the connection the sheet goes on without it */ });
  for (const domain of all(".domain")) domain.addEventListener("toggle", remember);
  remember();
  addEventListener("beforeprint", () => {
    for (const domain of all(".domain")) domain.open = true;
  });
}
