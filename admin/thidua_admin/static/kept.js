/* Forms of a page that nobody should fill in twice: what is typed into form[data-kept] stays in
   this tab until the server has taken it, and is put back when the form is shown again: refused,
   signed out meanwhile, page reloaded, connection lost. Files cannot be kept. A form is sent once
   for a double click. */

const SECONDS = 5;
const model = document.getElementById("kept-model");
const start = `thidua.typed.${model.dataset.person} ${location.pathname} `;
const fields = (form) => [...form.elements].filter((field) =>
  field.name && !["hidden", "file", "password", "submit"].includes(field.type));
const marked = (field) => ["radio", "checkbox"].includes(field.type);
const value = (field) => (marked(field) ? field.checked : field.value);

/* As the server gave it, whatever the browser has filled in since. */
function given(field) {
  if (marked(field)) return field.defaultChecked;
  if (!field.options) return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
}

function put(key, entry) {
  try {
    if (entry) sessionStorage.setItem(key, JSON.stringify(entry));
    else sessionStorage.removeItem(key);
  } catch { /* private browsing */ }
}

function read(key) {
  try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
}

/* What was sent from this page and taken need not be kept. */
function dropTaken() {
  if (!document.querySelector(".flash-good") || document.querySelector(".flash-bad")) return;
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(start) && read(key)?.sent) put(key, null);
  }
}

function begin(form) {
  const key = start + form.dataset.kept;
  const keep = (sent) => {
    const values = fields(form).map((one) => (value(one) === given(one) ? null : value(one)));
    put(key, values.some((one) => one !== null) ? { values, sent } : null);
  };
  restore(form, key);
  form.addEventListener("input", () => keep(false));
  form.addEventListener("submit", (event) => {
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    setTimeout(() => delete form.dataset.sending, SECONDS * 1000);
    keep(true);
  });
}

function restore(form, key) {
  const values = read(key)?.values;
  const places = fields(form);
  if (values?.length !== places.length) return;
  for (const [place, one] of values.entries()) {
    if (one === null) continue;
    places[place][typeof one === "boolean" ? "checked" : "value"] = one;
  }
  const note = model.content.firstElementChild.cloneNode(true);
  note.querySelector("[data-kept-file]").hidden = !form.querySelector("[type=file]");
  note.querySelector("button").addEventListener("click", () => {
    put(key, null);
    form.reset();
    note.remove();
  });
  form.prepend(note);
  for (let box = form.closest("details"); box; box = box.parentElement.closest("details")) {
    box.open = true;
  }
}

dropTaken();
for (const form of document.querySelectorAll("form[data-kept]")) begin(form);
