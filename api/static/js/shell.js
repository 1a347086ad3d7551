/** What every page does: theme, type size and print buttons, clocks that tick, htmx with the same headers and problems. */
import { csrf, Problem } from "./ask.js";
import { tick } from "./clock.js";
import { all, around, given } from "./dom.js";
import { uuid } from "./uuid.js";
import "./keys.js";
import { toMap } from "./map.js";
import { say, showProblem } from "./say.js";

const words = given("jinlin-words");
const root = document.documentElement;

/** @param {string} key @param {string} value */
const keep = (key, value) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* private mode keeps nothing */
  }
};

/** @type {Record<string, (button: HTMLElement) => void>} */
const buttons = {
  theme: () => {
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    keep("jinlin-theme", root.dataset.theme);
    for (const frame of /** @type {HTMLIFrameElement[]} */ (all("iframe[data-jinlin-map]"))) {
      toMap(frame, { type: "theme", theme: root.dataset.theme });
    }
  },
  type: (button) => {
    root.dataset.type = root.dataset.type === "large" ? "normal" : "large";
    keep("jinlin-type", root.dataset.type);
    button.setAttribute("aria-pressed", String(root.dataset.type === "large"));
  },
  close: (button) => button.closest(".flash")?.remove(),
  print: () => window.print(),
};
document.addEventListener("click", (e) => {
  const button = around(e, "[data-jinlin]");
  if (button) buttons[button.dataset.jinlin || ""]?.(button);
});
for (const b of all('[data-jinlin="type"]'))
  b.setAttribute("aria-pressed", String(root.dataset.type === "large"));

/** @param {string} name @param {(detail: any, event: Event) => void} run */
const onHtmx = (name, run) =>
  document.addEventListener(`htmx:${name}`, (e) => run(/** @type {CustomEvent} */ (e).detail, e));
onHtmx("configRequest", ({ verb, headers }) => {
  if (verb === "get") return;
  headers["X-CSRF-Token"] = csrf();
  headers["Idempotency-Key"] ||= uuid();
});
onHtmx("responseError", ({ xhr, elt }) => {
  let body = { title: words.failed, status: xhr.status };
  try {
    body = { ...body, ...JSON.parse(xhr.responseText) };
  } catch {
    /* an answer without JSON keeps the plain title */
  }
  showProblem(new Problem(body), elt.closest?.("form"));
});
onHtmx("sendError", () => say(words.offline, "late"));
onHtmx("afterSwap", (_detail, e) => tick(/** @type {Element} */ (e.target)));
/* Pickers of a page apply at once. */
document.addEventListener("change", (e) =>
  around(e, "[data-pickers], [data-goes]")?.closest("form")?.requestSubmit(),
);
tick();
setInterval(tick, 1000);
