// Copies the web assets named in package.json into thidua_admin/static/vendor, each with its
// licence. Run once per change of version (`npm install && npm run vendor`); the copies are
// committed, so that installing and running Thi đua needs neither npm nor a network.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const vendor = join(root, "admin/thidua_admin/static/vendor");

const ICONS = [
  "alert-triangle", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "award",
  "building", "calendar", "chart-bar", "check", "checklist", "chevron-down", "clipboard-check",
  "clipboard-list", "dots", "download", "external-link", "file-text", "filter", "history",
  "home", "info-circle", "key", "language", "layout-sidebar", "link", "list-details", "lock",
  "logout", "map-pin", "medal", "menu-2", "moon", "paperclip", "pencil", "plus", "printer",
  "report", "scale", "search", "send", "settings", "sun", "trash", "trophy", "upload", "user",
  "users", "x",
];

const read = (path) => readFileSync(join(modules, path), "utf8");
const unmapped = (text) => text.replace(/\n?\/[/*]# sourceMappingURL=[^\n]*/g, "").trimEnd() + "\n";

function put(path, content) {
  const target = join(vendor, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}

// @tabler/core ships its copyright in the banner and no licence file; the words of the MIT
// licence are the same as those of @tabler/icons, by the same author.
function tablerLicence(stylesheet) {
  const holders = stylesheet.match(/Copyright [^\n]*/g).slice(0, 2).join("\n");
  const words = read("@tabler/icons/LICENSE").replace(/^[\s\S]*?(?=Permission is hereby)/, "");
  return `MIT License\n\n${holders}\n\n${words}`;
}

function symbol(name) {
  const svg = read(`@tabler/icons/icons/outline/${name}.svg`);
  const paths = [...svg.matchAll(/<path[^>]*d="([^"]+)"[^>]*\/>/g)]
    .filter(([tag]) => !tag.includes('stroke="none"'))
    .map(([, d]) => `<path d="${d}"/>`);
  return `<symbol id="${name}" viewBox="0 0 24 24">${paths.join("")}</symbol>`;
}

rmSync(vendor, { recursive: true, force: true });

const stylesheet = read("@tabler/core/dist/css/tabler.min.css");
put("tabler/tabler.min.css", unmapped(stylesheet));
put("tabler/tabler.min.js", unmapped(read("@tabler/core/dist/js/tabler.min.js")));
put("tabler/LICENSE", tablerLicence(stylesheet));

put("htmx/htmx.min.js", unmapped(read("htmx.org/dist/htmx.min.js")));
put("htmx/LICENSE", read("htmx.org/LICENSE"));

for (const subset of ["latin", "vietnamese"]) {
  const file = `inter-${subset}-wght-normal.woff2`;
  put(`inter/${file}`, readFileSync(join(modules, "@fontsource-variable/inter/files", file)));
}
put("inter/LICENSE", read("@fontsource-variable/inter/LICENSE"));

const symbols = ICONS.map(symbol).join("\n");
put("icons/icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols}\n</svg>\n`);
put("icons/LICENSE", read("@tabler/icons/LICENSE"));
