/** One session: the name and telephone in full for a reason that is kept. */
import { ask } from "../ask.js";
import { maybe, one } from "../dom.js";

const form = /** @type {HTMLFormElement | null} */ (maybe("[data-reveal]"));
form?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const reason = /** @type {HTMLInputElement} */ (one('[name="reason"]', form)).value.trim();
  const told = await ask("POST", `/api/v1/counter/sessions/${form.dataset.reveal}/reveal`, { reason });
  one("[data-person]").textContent = `${told.name} ${told.phone} ${told.address}`;
  form.remove();
});
