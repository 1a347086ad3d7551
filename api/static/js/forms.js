/* Plain forms: a button opens its dialog or sends at once, a form posts its fields as JSON, photos go up first. */
(() => {
  "use strict";
  const jinlin = window.jinlin;
  const words = JSON.parse(document.getElementById("ticket-words")?.textContent || "{}");

  const fieldsOf = (form) => {
    const given = {};
    for (const [name, value] of new FormData(form)) {
      if (value instanceof File || value === "") continue;
      given[name] = form.elements[name].type === "number" ? Number(value) : value;
    }
    return given;
  };
  const complain = (form, input) => {
    const place = form.querySelector(`[data-error-for="${CSS.escape(input.name)}"]`);
    if (place) { place.textContent = input.validationMessage || words.missing; place.hidden = false; }
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  /** Post what an element stands for; the page shows itself anew afterwards. */
  const send = async (source, body, options) => {
    const button = source.matches("button") ? source : source.querySelector('[type="submit"]');
    if (button?.disabled) return;
    if (button) { button.disabled = true; button.setAttribute("aria-busy", "true"); }
    source.dataset.key = source.dataset.key || jinlin.uuid();
    try {
      const files = [...(source.querySelector('[name="evidence"]')?.files || [])];
      if (files.length) body.evidence = await jinlin.putPhotos(files, options);
      await jinlin.api("POST", source.dataset.post, { ...JSON.parse(source.dataset.with || "{}"), ...body }, { key: source.dataset.key, ...options });
      source.closest("dialog")?.close();
      jinlin.say(words.done, "ok");
      setTimeout(() => location.reload(), 400);
    } catch (problem) {
      if (!(problem instanceof jinlin.Problem)) throw problem;
      if (problem.status) delete source.dataset.key;
    } finally {
      if (button) { button.disabled = false; button.removeAttribute("aria-busy"); }
    }
  };
  document.addEventListener("click", (e) => {
    const open = e.target.closest("[data-open]"), now = e.target.closest("[data-send]");
    if (e.target.closest("[data-close]")) e.target.closest("dialog").close();
    if (now) send(now, {}, {});
    if (!open) return;
    const dialog = document.getElementById(open.dataset.open), form = dialog.querySelector("form");
    if (open.dataset.post) { form.dataset.post = open.dataset.post; delete form.dataset.key; }
    const title = dialog.querySelector("[data-title]");
    if (title && open.dataset.title) title.textContent = open.dataset.title;
    for (const [name, value] of Object.entries(JSON.parse(open.dataset.fill || "{}"))) form.elements[name].value = value;
    jinlin.clearErrors(form);
    dialog.showModal();
  });
  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (!form.matches("[data-form]")) return;
    e.preventDefault();
    jinlin.clearErrors(form);
    const wrong = [...form.elements].find((input) => input.willValidate && !input.validity.valid);
    if (wrong) complain(form, wrong); else send(form, fieldsOf(form), { form });
  });
  document.addEventListener("change", (e) => { if (e.target.matches("[data-goes]")) e.target.form.requestSubmit(); });
})();
