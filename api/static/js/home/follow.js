/** The own case: what may be done with it, how it was, words to those who handle it. */
import { takeAction } from "../acts.js";
import { ask, shown } from "../ask.js";
import { around, control, maybe, one } from "../dom.js";
import { Draft } from "../drafts.js";

maybe("[data-own]")?.addEventListener("click", async (e) => {
  const button = around(e, "[data-act]");
  if (!button) return;
  const { act = "", label = "", needs = "" } = button.dataset;
  const kind = button.parentElement?.dataset.own || "";
  const no = one("[data-follow-no]").dataset.followNo || "";
  if (await takeAction({ kind, no, action: act, label, needs: needs.split(" ") })) location.reload();
});

/** What the server is told by a form is told once. @param {HTMLFormElement} form @param {string} path @param {object} body @param {Draft} draft */
const tell = async (form, path, body, draft) => {
  try {
    await ask("POST", `/api/v1/follow/${path}`, body, { form, press: draft.press });
    draft.drop();
    location.reload();
    return true;
  } catch (problem) {
    shown(problem);
    draft.failed(problem);
    return false;
  }
};

const rate = /** @type {HTMLFormElement | null} */ (maybe("[data-rate]"));
const rated = rate && new Draft(rate, `rate ${rate.dataset.rate}`);
rate?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const fields = new FormData(rate);
  const solved = fields.get("solved");
  const told = solved ? { solved: solved === "true" } : {};
  const body = { rating: Number(fields.get("rating")), key: rate.dataset.key, ...told };
  if (rated) await tell(rate, `${rate.dataset.rate}/rating`, body, rated);
});

const speak = /** @type {HTMLFormElement | null} */ (maybe("[data-say]"));
const spoken = speak && new Draft(speak, `say ${speak.dataset.say}`);
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
  if (spoken)
    send.disabled = await tell(
      speak,
      `${speak.dataset.say}/messages`,
      { text, key: speak.dataset.key },
      spoken,
    );
});
