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
  let sent = false;
  form.addEventListener("submit", (event) => {
    const left = questions.length - done();
    const words = form.dataset.left.replace("{count}", left);
    if (sent || (left && left < questions.length && !window.confirm(words))) {
      event.preventDefault();
      return;
    }
    sent = true;
  });
})();
