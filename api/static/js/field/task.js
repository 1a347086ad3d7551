/** One task: what it is, photos, and the actions whose answers go through the outbox. */
import { tick } from "../clock.js";
import { given, make, maybe, one } from "../dom.js";
import { shrink } from "../photos.js";
import { clearErrors, say } from "../say.js";
import { day, handled } from "./day.js";
import * as outbox from "./outbox.js";
import { leftLamp, openMap } from "./tasks.js";
import { onView } from "./views.js";

/** @typedef {{action: string, label: string, needs: string[]}} Move */

const ANSWERABLE = ["evidence", "reason", "note", "rating", "found", "department"];
const STOPS = ["fail", "contest"];
const words = given("field-words");

/** @param {string[]} names @param {string} label */
const shots = (names, label) => {
  if (!names.length) return null;
  const links = names.map((name, i) => {
    const src = `/api/v1/photos/${name}`;
    return make(
      "a",
      { href: src, target: "_blank" },
      make("img", { src, alt: `${label} ${i + 1}`, loading: "lazy" }),
    );
  });
  return make(
    "div",
    {},
    make("span", { className: "muted small" }, label),
    make("div", { className: "shots" }, ...links),
  );
};

/** @param {string} name @param {string} value @param {string} word @param {boolean} [required] */
const radio = (name, value, word, required = false) =>
  make("label", { className: "choice" }, make("input", { type: "radio", name, value, required }), word);

/** @type {Record<string, (name: string, id: string) => HTMLElement[]>} The control of each kind of need. */
const CONTROLS = {
  evidence: (name, id) => {
    const input = make("input", {
      id,
      name,
      type: "file",
      accept: "image/*",
      multiple: true,
      required: true,
    });
    input.setAttribute("capture", "environment");
    const button = make("label", { className: "btn shoot" }, words.take, input);
    return [button, make("div", { className: "shots", data: { shots: "" } })];
  },
  rating: (name) => [
    make("div", { className: "flow" }, ...[5, 4, 3, 2, 1].map((n) => radio(name, String(n), `${n} ★`, true))),
    make(
      "div",
      { className: "flow" },
      ...["true", "false"].map((s) => radio("solved", s, words[`solved_${s}`])),
    ),
  ],
  found: (name) => [
    make(
      "div",
      { className: "flow" },
      ...["exists", "absent", "unclear"].map((f) => radio(name, f, words[f], true)),
    ),
  ],
  department: (name, id) => {
    const options = day().departments.map((/** @type {[string, string]} */ [value, label]) =>
      make("option", { value }, label),
    );
    return [make("select", { id, name, required: true }, make("option", { value: "" }), ...options)];
  },
};

/** @param {string} name @param {string} id */
const need = (name, id) => {
  const made = CONTROLS[name]?.(name, id) ?? [
    make("textarea", { id, name, required: true, maxLength: 2000 }),
  ];
  const label = make("label", { htmlFor: id, textContent: `${words[name] || name} *` });
  const error = make("span", { className: "error", hidden: true, data: { errorFor: name } });
  return make("div", { className: "field" }, label, ...made, error);
};

/** Put an action into the outbox. @param {HTMLFormElement} form @param {any} task @param {Move} move */
const keepAct = async (form, task, move) => {
  clearErrors(form);
  const inputs = /** @type {HTMLInputElement[]} */ ([...form.elements]);
  const wrong = inputs.find((e) => e.required && !e.validity.valid);
  if (wrong) {
    const error = one(`[data-error-for="${wrong.name}"]`, form);
    error.textContent = words.needed;
    error.hidden = false;
    wrong.focus();
    return;
  }
  /** @type {HTMLButtonElement} */ (one("button", form)).disabled = true;
  const files = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("evidence"))?.files || [];
  const photos = await Promise.all([...files].map((file) => shrink(file)));
  const told = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const fields = Object.fromEntries(
    told.map(([name, value]) => [name, name === "rating" ? Number(value) : value]),
  );
  const title = `${move.label} · ${task.category_name}`;
  await outbox.add({ kind: "act", no: task.no, action: move.action, fields, photos, title, description: "" });
  handled.add(task.no);
  say(navigator.onLine ? words.submit : words.queued_act, "ok");
  location.hash = "mine";
};

/** @param {any} task @param {Move} move */
const actForm = (task, move) => {
  const fields = move.needs.map((name) => need(name, `${move.action}-${name}`));
  const look = STOPS.includes(move.action) ? "stop" : "go";
  const button = make("button", { className: `btn big ${look}`, type: "submit" }, move.label);
  const form = make(
    "form",
    { className: "stack", noValidate: true, data: { act: move.action, later: "" } },
    ...fields,
    button,
  );
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    keepAct(form, task, move);
  });
  return move.needs.length
    ? make("details", { className: "card" }, make("summary", {}, move.label), form)
    : form;
};

/** @param {any} task */
const mapLink = (task) => {
  const onclick = () => {
    location.hash = "tasks";
    openMap(task.no);
  };
  return make(
    "button",
    { className: "btn", type: "button", onclick },
    `${task.community_name} ${task.address || ""}`.trim(),
  );
};

onView("task", (no) => {
  const { tasks, mine, nearby } = day();
  const task = [...tasks, ...mine, ...nearby].find((t) => t.no === no);
  if (!task) {
    location.hash = "tasks";
    return;
  }
  const box = one("[data-task]");
  const moves = task.actions.filter((/** @type {Move} */ m) => m.needs.every((n) => ANSWERABLE.includes(n)));
  const head = make(
    "div",
    { className: "card task" },
    make(
      "span",
      { className: "row" },
      leftLamp(task),
      make("span", { className: "muted num small" }, task.no),
    ),
    make("b", {}, task.category_name),
    make("span", {}, task.description),
    make("span", { className: "muted small" }, `${words.department} ${task.department_name}`),
    mapLink(task),
  );
  const photos = [shots(task.photos, words.before), shots(task.evidence, words.after)].filter(
    (part) => part !== null,
  );
  const forms = moves.map((/** @type {Move} */ m) => actForm(task, m));
  const whole = make("a", { className: "btn plain", href: `/ticket/${task.no}` }, words.detail);
  box.replaceChildren(head, ...photos, ...forms, whole);
  const first = /** @type {HTMLDetailsElement | null} */ (maybe("details", box));
  if (first) first.open = true;
  tick(box);
});
outbox.onChange((all) => {
  for (const draft of all) if (draft.kind === "act" && draft.state === "refused") handled.delete(draft.no);
});
