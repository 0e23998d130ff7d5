/* The little that the frame needs from a script: theme, sidebar, menus, questions before a
   deletion, and a sentence when a save did not arrive. Loaded in the head, before the first
   paint, so that neither the theme nor the sidebar jumps; everything else listens on document. */
(() => {
  "use strict";
  const root = document.documentElement;
  const systemDark = window.matchMedia("(prefers-color-scheme: dark)");

  const remembered = (key) => {
    try { return localStorage.getItem(`thidua.${key}`); } catch { return null; }
  };
  const remember = (key, value) => {
    try { localStorage.setItem(`thidua.${key}`, value); } catch { /* private browsing */ }
  };

  const showTheme = () => {
    root.dataset.bsTheme = remembered("theme") ?? (systemDark.matches ? "dark" : "light");
  };
  const toggleTheme = () => {
    remember("theme", root.dataset.bsTheme === "dark" ? "light" : "dark");
    showTheme();
  };
  showTheme();
  systemDark.addEventListener("change", showTheme);

  const narrowScreen = window.matchMedia("(max-width: 767.98px)");
  const closeDrawer = () => {
    if (!root.classList.contains("drawer-open")) return;
    root.classList.remove("drawer-open");
    document.querySelector("[data-sidebar-toggle]").focus();
  };
  const openDrawer = () => {
    root.classList.add("drawer-open");
    document.querySelector("#sidebar a").focus();
  };
  const toggleSidebar = () => {
    if (narrowScreen.matches) {
      if (root.classList.contains("drawer-open")) closeDrawer();
      else openDrawer();
      return;
    }
    const small = root.classList.toggle("sidebar-small");
    remember("sidebar", small ? "small" : "wide");
  };
  root.classList.toggle("sidebar-small", remembered("sidebar") === "small");

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!except || !menu.contains(except)) menu.open = false;
    }
  };

  const handlers = {
    themeToggle: toggleTheme,
    sidebarToggle: toggleSidebar,
    drawerClose: closeDrawer,
    flashClose: (element) => element.closest(".flash").remove(),
    print: () => window.print(),
    showPassword: (element) => {
      const field = document.getElementById(element.getAttribute("aria-controls"));
      field.type = field.type === "password" ? "text" : "password";
      element.setAttribute("aria-pressed", field.type === "text");
    },
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    const asked = event.target.closest("[data-confirm]");
    if (asked && !window.confirm(asked.dataset.confirm)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    for (const [name, handle] of Object.entries(handlers)) {
      const attribute = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      const element = event.target.closest(`[data-${attribute}]`);
      if (!element) continue;
      event.preventDefault();
      handle(element);
    }
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest("details.menu[open]");
    closeMenus();
    menu?.querySelector("summary").focus();
    closeDrawer();
  });

  /* htmx swaps nothing when the server refuses; a sentence must say so. A refusal of ours comes
     as plain text and is shown as it is; any other gets the sentence for its status. */
  const say = (sentence) => {
    const model = document.getElementById("flash-model");
    const region = document.getElementById("flashes");
    if (!model || !region) return;
    const flash = model.content.firstElementChild.cloneNode(true);
    flash.querySelector(".flash-text").textContent = sentence;
    region.replaceChildren(flash);
  };
  const sentences = () => document.getElementById("flash-model")?.dataset ?? {};
  document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
    const plain = (xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/plain");
    const ours = plain && xhr.responseText.trim();
    say(ours || sentences()[`status${xhr.status}`] || sentences().otherwise);
  });
  document.addEventListener("htmx:sendError", () => say(sentences().network));

  /* A table that fits its box needs not scroll inside it: then its head can stay in sight. */
  const fitting = new ResizeObserver((seen) => {
    for (const box of new Set(seen.map(({ target }) => target.closest(".table-box")))) {
      box.classList.toggle("fits", box.firstElementChild.offsetWidth <= box.clientWidth);
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    for (const table of document.querySelectorAll(".table-box > .table:first-child")) {
      fitting.observe(table);
      fitting.observe(table.parentElement);
    }
  });
})();
