/* The survey's page: the code of a slip stands behind # of its address, which is never sent;
   it is put into the field and wiped from the address. Nothing is kept in the browser. */
(() => {
  "use strict";
  const entry = document.querySelector("[data-survey-code]");
  if (entry && location.hash.length > 1) {
    const code = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
    entry.elements.code.value = code;
    if (!document.querySelector("[role=alert]")) entry.requestSubmit();
  }

  const form = document.querySelector("[data-survey]");
  if (!form) return;
  const questions = [...form.querySelectorAll("fieldset")];
  const done = () => questions.filter((one) => one.querySelector("input:checked")).length;
  const told = form.querySelector("[data-survey-done]");
  const tell = () => {
    told.textContent = form.dataset.done
      .replace("{done}", done()).replace("{all}", questions.length);
  };
  form.addEventListener("change", tell);
  tell();

  /* Sent from the page, so that a lost connection loses no answer. */
  const refusal = form.querySelector("[data-survey-refusal]");
  const refuse = (sentence) => {
    refusal.hidden = !sentence;
    refusal.lastElementChild.textContent = sentence;
  };
  const sent = async () => {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      signal: AbortSignal.timeout(30_000),
    });
    if (answer.redirected) return answer.url;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const said = [...page.querySelectorAll("[role=alert]:not([hidden])")];
    refuse(said.map((one) => one.textContent.trim()).join(" ") || form.dataset.failed);
    return "";
  };
  const button = form.querySelector("[type=submit]");
  let leaving = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const left = questions.length - done();
    const words = form.dataset.left.replace("{count}", left);
    if (button.disabled || (left && left < questions.length && !window.confirm(words))) return;
    button.disabled = true;
    refuse("");
    try {
      const thanks = await sent();
      leaving = Boolean(thanks);
      if (leaving) location.replace(thanks);
    } catch {
      refuse(form.dataset.lost);
    }
    button.disabled = leaving;
  });
  addEventListener("beforeunload", (event) => { if (done() && !leaving) event.preventDefault(); });
})();
