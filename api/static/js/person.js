/** One person's page: name, phone and address in full for a reason that is kept. */
import { ask } from "./ask.js";
import { make, maybe, one } from "./dom.js";

const card = maybe("[data-person]");
const form = /** @type {HTMLFormElement | null} */ (maybe("[data-reveal]", card || document));
form?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const reason = /** @type {HTMLInputElement} */ (one('[name="reason"]', form)).value.trim();
  const told = await ask("POST", `/api/v1/residents/${card?.dataset.person}/reveal`, { reason });
  one("[data-name]").textContent = told.name;
  one("[data-address]").textContent = told.address;
  one("[data-phone]").replaceChildren(
    make("a", { className: "btn small", href: `tel:${told.phone}`, textContent: told.phone }),
  );
  form.remove();
});
