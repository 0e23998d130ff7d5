/* Evidence: the documents of a row are fetched when it is opened, files are dropped or chosen and
   sent one by one with their progress, forms inside a row are sent without leaving the page. */

const model = document.getElementById("upload-model");
const LARGEST = 50 * 1024 * 1024;
const PATIENCE = 20_000;
const say = (sentence, values) => Object.entries(values)
  .reduce((text, [name, value]) => text.replace(`{${name}}`, value), sentence);
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

async function page(address) {
  const answer = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(model.dataset.signedout);
  return answer.text();
}

/* The documents of a row. */

async function fill(details) {
  const place = details.querySelector("[data-place]");
  try {
    place.innerHTML = await page(details.dataset.evidence);
    const { count, gaps, lacks } = place.querySelector(".evidence-row").dataset;
    details.querySelector("[data-evidence-count]").textContent = count;
    if (gaps === undefined) return;
    const detail = { gaps, lacks };
    details.dispatchEvent(new CustomEvent("evidence:shown", { bubbles: true, detail }));
  } catch {
    place.textContent = model.dataset.lost;
  }
}

async function refresh(element) {
  const details = element.closest("[data-evidence]");
  if (details) return fill(details);
  const place = document.querySelector("[data-refreshed]");
  const fresh = new DOMParser().parseFromString(await page(place.dataset.refreshed), "text/html");
  place.replaceWith(fresh.querySelector("[data-refreshed]"));
}

/* Files, one after the other, each with its bar. */

function shownUpload(list, file) {
  const item = model.content.firstElementChild.cloneNode(true);
  item.querySelector("[data-name]").textContent = file.name;
  list.append(item);
  return (state, sentence, percent) => {
    item.dataset.state = state;
    item.querySelector("[data-state]").textContent = sentence;
    if (percent !== undefined) item.querySelector("[data-bar]").value = percent;
  };
}

function send(address, form, show) {
  const { sending, checking, done, lost, failed, large, signedout } = model.dataset;
  return new Promise((ended) => {
    const request = new XMLHttpRequest();
    const end = (state, sentence) => {
      show(state, sentence, 100);
      ended(state === "done");
    };
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token());
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const percent = Math.floor(100 * loaded / total);
      show("sending", percent < 100 ? say(sending, { percent }) : checking, percent);
    });
    request.addEventListener("error", () => end("refused", lost));
    request.addEventListener("load", () => {
      const answer = request.response;
      if (answer?.state === "done") end("done", done);
      else if (answer?.sentence) end("refused", answer.sentence);
      else if (request.status === 413) end("refused", large);
      else end("refused", request.status >= 500 ? failed : signedout);
    });
    request.send(form);
  });
}

async function take(drop, files) {
  const { drop: address, leaf } = drop.dataset;
  const waiting = [...files].map((file) => [file, shownUpload(drop.querySelector("[data-uploads]"), file)]);
  let taken = 0;
  for (const [file, show] of waiting) {
    if (file.size > LARGEST) {
      show("refused", model.dataset.large);
      continue;
    }
    const form = new FormData();
    form.set("summary", file.name.replace(/\.[^.]+$/, ""));
    form.set("file", file);
    if (leaf) form.set("leaf", leaf);
    taken += await send(address, form, show);
  }
  if (!taken) return;
  const refusals = [...drop.querySelectorAll('[data-state="refused"].upload')];
  const details = drop.closest("[data-evidence]");
  await refresh(drop);
  details?.querySelector("[data-uploads]")?.append(...refusals);
}

/* Forms inside a row. */

async function submit(form) {
  const values = new FormData(form);
  const address = form.dataset.choose?.replace("/0/", `/${values.get("item")}/`) ?? form.action;
  const answer = await fetch(address, {
    method: "POST", body: values, redirect: "manual", headers: { Accept: "application/json" },
  }).then((response) => response.json(), () => ({ sentence: model.dataset.lost }));
  if (answer.state === "done") return refresh(form);
  let said = form.querySelector(".row-warning");
  if (!said) {
    said = document.createElement("p");
    said.className = "row-warning";
    said.setAttribute("role", "alert");
    form.append(said);
  }
  said.textContent = answer.sentence ?? model.dataset.signedout;
}

const dropOf = (event) => event.target.closest?.("[data-drop]");

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("[data-evidence]") && event.target.open) fill(event.target);
}, true);
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-refreshing]")) return;
  event.preventDefault();
  submit(event.target);
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-files]")) return;
  take(dropOf(event), event.target.files);
  event.target.value = "";  // the same file, chosen again after a refusal, is news again
});
document.addEventListener("dragover", (event) => {
  const drop = dropOf(event);
  if (!drop) return;
  event.preventDefault();
  drop.classList.add("drop-over");
});
document.addEventListener("dragleave", (event) => dropOf(event)?.classList.remove("drop-over"));
document.addEventListener("drop", (event) => {
  const drop = dropOf(event);
  if (!drop) return;
  event.preventDefault();
  drop.classList.remove("drop-over");
  take(drop, event.dataTransfer.files);
});
