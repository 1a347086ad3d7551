/** Sign-in and sign-out.  The server sets the cookie; the page only goes on to where it was heading. */
import { ask, Problem, shown } from "./ask.js";
import { control, maybe } from "./dom.js";

const form = /** @type {HTMLFormElement | null} */ (maybe("#login"));
form?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const body = { user: control(form, "user").value, password: control(form, "password").value };
  try {
    const opened = await ask("POST", form.action, body, { form });
    location.assign(form.dataset.next || opened.home);
  } catch (problem) {
    shown(problem);
    control(form, "password").select();
  }
});
maybe("#sign-out")?.addEventListener("click", async () => {
  try {
    await ask("DELETE", "/api/v1/session", undefined, { quiet: true });
    location.assign("/");
  } catch (problem) {
    /* A sign-in that is over already needs no closing; the sign-in page puts it away. */
    location.assign(problem instanceof Problem && problem.status === 401 ? "/login" : "/");
  }
});
