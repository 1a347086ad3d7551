/** The own case: what may be done with it, how it was, words to those who handle it. */
import { takeAction } from "../acts.js";
import { ask, shown } from "../ask.js";
import { around, control, maybe, one } from "../dom.js";

maybe("[data-own]")?.addEventListener("click", async (e) => {
  const button = around(e, "[data-act]");
  if (!button) return;
  const { act = "", label = "", needs = "" } = button.dataset;
  const kind = button.parentElement?.dataset.own || "";
  const no = one("[data-follow-no]").dataset.followNo || "";
  if (await takeAction({ kind, no, action: act, label, needs: needs.split(" ") })) location.reload();
});

const rate = /** @type {HTMLFormElement | null} */ (maybe("[data-rate]"));
rate?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const fields = new FormData(rate);
  const solved = fields.get("solved");
  const told = solved ? { solved: solved === "true" } : {};
  const body = { rating: Number(fields.get("rating")), key: rate.dataset.key, ...told };
  try {
    await ask("POST", `/api/v1/follow/${rate.dataset.rate}/rating`, body, { form: rate });
    location.reload();
  } catch (problem) {
    shown(problem);
  }
});

const speak = /** @type {HTMLFormElement | null} */ (maybe("[data-say]"));
speak?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const send = /** @type {HTMLButtonElement} */ (one('[type="submit"]', speak));
  const input = control(speak, "text");
  const text = input.value.trim();
  if (!text) {
    input.focus();
    return;
  }
  send.disabled = true;
  try {
    const url = `/api/v1/follow/${speak.dataset.say}/messages`;
    await ask("POST", url, { text, key: speak.dataset.key }, { form: speak });
    location.reload();
  } catch (problem) {
    shown(problem);
    send.disabled = false;
  }
});
