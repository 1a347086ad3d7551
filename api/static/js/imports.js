/** Files in: tried or taken in with a verdict a row, and undone whole. */
import { ask, shown } from "./ask.js";
import { given, make, one } from "./dom.js";
import { clearErrors, complain, say } from "./say.js";

const words = given("import-words");
const LARGEST_BYTES = 20 * 1024 * 1024;
const RELOADS_MS = 1500;
const form = /** @type {HTMLFormElement} */ (one("#take"));
const outcome = one("[data-outcome]");

/** @param {any} told What became of the file. */
const draw = (told) => {
  const counts = Object.entries(told.verdicts).map(([name, n]) => `${words.outcomes[name] || name} ${n}`);
  const head = told.held ? words.held : told.no ? `${words.kept} ${told.no}` : words.tried;
  const rows = told.told.map((/** @type {any} */ row) => {
    const what = [words.outcomes[row.outcome] || row.outcome, row.changed.join(" "), row.note].filter(
      Boolean,
    );
    return make(
      "li",
      { data: { outcome: row.outcome } },
      `${words.row} ${row.row} ${words.rows} ${row.key}: ${what.join(" · ")}`,
    );
  });
  outcome.replaceChildren(
    make("p", {}, make("b", {}, head), ` ${told.rows} ${words.rows}: ${counts.join(" · ")}`),
    make("ul", { className: "plain-list" }, ...rows),
  );
  outcome.hidden = false;
};

form.addEventListener("submit", async (e) => {
  e.preventDefault();
  clearErrors(form);
  const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("file"));
  const file = input.files?.[0];
  if (!file || file.size > LARGEST_BYTES) {
    complain(form, input, one("[data-error-for=file]", form).dataset.rule);
    return;
  }
  const button = /** @type {HTMLButtonElement} */ (e.submitter);
  const query = new URLSearchParams({ dry_run: button.dataset.dry || "true" });
  for (const name of ["kind", "datum", "source", "layer"]) {
    const value = /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value.trim();
    if (value) query.set(name, value);
  }
  const body = new FormData();
  body.append("file", file);
  button.disabled = true;
  try {
    draw(await ask("POST", `/api/v1/imports?${query}`, body));
  } catch (problem) {
    shown(problem);
  } finally {
    button.disabled = false;
  }
});

document.addEventListener("click", async (e) => {
  const button = /** @type {HTMLButtonElement | null} */ (
    /** @type {HTMLElement} */ (e.target).closest("[data-undo]")
  );
  if (!button || !window.confirm(words.sure)) return;
  button.disabled = true;
  try {
    const told = await ask("POST", `/api/v1/imports/${button.dataset.undo}/actions`, { action: "undo" });
    const stays = told.stays.map((/** @type {any} */ s) => `${s.key}: ${s.why}`).join("; ");
    say(`${words.undone} ${told.withdrawn + told.restored} ${stays}`, stays ? "warn" : "ok");
    setTimeout(() => location.reload(), RELOADS_MS);
  } catch (problem) {
    shown(problem);
    button.disabled = false;
  }
});
