/* Opening and folding the whole tree; the parts of it fold by themselves. */
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tree-open], [data-tree-close]");
    if (!button) return;
    const open = "treeOpen" in button.dataset;
    for (const part of document.querySelectorAll("[data-tree] details.node")) part.open = open;
  });
})();
