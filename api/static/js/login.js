// Sign-in and sign-out. The cookie is set by the server; the page only goes on to where it was heading.
(() => {
  "use strict";
  const form = document.getElementById("login");
  if (form) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const body = Object.fromEntries(new FormData(form));
      delete body.csrf_token;
      try {
        const opened = await jinlin.api("POST", form.action, body, { form });
        location.assign(form.dataset.next || opened.home);
      } catch (problem) {
        form.elements.password.select();
      }
    });
  }
  const out = document.getElementById("sign-out");
  if (out) {
    out.addEventListener("click", async () => {
      /* A sign-in that is over already needs no closing; the sign-in page puts it away. */
      const ended = await jinlin.api("DELETE", "/api/v1/session", undefined, { quiet: true }).then(() => false, (problem) => problem.status === 401);
      location.assign(ended ? "/login" : "/");
    });
  }
})();
