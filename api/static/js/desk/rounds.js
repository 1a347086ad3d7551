/** Rounds at the desk: a day planned, a stop moved or the rest planned anew after a look at what that costs. */
import { ask, shown } from "../ask.js";
import { all, control, given, make, maybe, one, textOf } from "../dom.js";
import { onMap, showMap } from "../map.js";
import { say } from "../say.js";

const words = given("round-words");
const RELOADS_MS = 600;
const address = `/api/v1/rounds/${encodeURIComponent(words.no || "")}`;

/** @param {HTMLFormElement} form */
const bodyOf = (form) => {
  const told = textOf(form);
  const action = form.dataset.act || "";
  if (action === "move") {
    const anew = /** @type {HTMLInputElement} */ (control(form, "anew")).checked;
    return { action, stop: told.stop, worker: told.worker, turn: Number(told.turn || 0), anew };
  }
  if (action === "replan") {
    const off = all("input[name=off]:checked", form).map(
      (box) => /** @type {HTMLInputElement} */ (box).value,
    );
    const visits = told.resident ? [{ resident: told.resident, priority: 3 }] : [];
    return { action, off, visits, reason: told.reason || "" };
  }
  return { action, ...(told.reason ? { reason: told.reason } : {}) };
};

/** What a change costs, in words. @param {any} change */
const costOf = (change) => {
  const minutes = Math.round(change.travel_s / 60);
  const parts = ["moved", "later", "placed", "dropped"].flatMap((name) =>
    change[name].length ? [`${words[name]} ${change[name].length}`] : [],
  );
  return [
    make(
      "b",
      { className: "num" },
      `${words.travel} ${minutes < 0 ? "−" : "+"}${Math.abs(minutes)} ${words.minutes}`,
    ),
    make("span", { className: change.dropped.length ? "bad" : "muted" }, parts.join(" · ") || words.nothing),
  ];
};

/** @param {HTMLFormElement} form */
const tryOut = async (form) => {
  const out = one("[data-cost]", form);
  try {
    const change = await ask("POST", `${address}/trial`, bodyOf(form), { form, quiet: true });
    out.replaceChildren(...costOf(change));
  } catch (problem) {
    const told = problem instanceof Error ? problem.message : "";
    out.replaceChildren(make("span", { className: "bad" }, told));
  }
};

/** @param {HTMLFormElement} form @param {() => Promise<string>} send Gives where to go on. */
const submit = (form, send) =>
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    const button = /** @type {HTMLButtonElement} */ (one("button[type=submit]", form));
    button.disabled = true;
    try {
      const next = await send();
      setTimeout(() => location.assign(next), RELOADS_MS);
    } catch (problem) {
      shown(problem);
      button.disabled = false;
    }
  });

const plan = /** @type {HTMLFormElement | null} */ (maybe("#plan"));
if (plan)
  submit(plan, async () => {
    const { day, area, most_due } = textOf(plan);
    const body = { day, area, ...(most_due ? { most_due: Number(most_due) } : {}) };
    const made = await ask("POST", "/api/v1/rounds", body, { form: plan });
    return `/desk/rounds/${encodeURIComponent(made.no)}`;
  });

for (const form of /** @type {HTMLFormElement[]} */ (all("form[data-act]"))) {
  maybe("[data-try]", form)?.addEventListener("click", () => tryOut(form));
  submit(form, async () => {
    await ask("POST", `${address}/actions`, bodyOf(form), { form });
    say(words.done, "ok");
    return location.href;
  });
}

/** Choose a stop to be moved. @param {string} id */
const pick = (id) => {
  const form = /** @type {HTMLFormElement | null} */ (maybe("#move"));
  if (!form) return;
  control(form, "stop").value = id;
  form.scrollIntoView({ block: "nearest" });
  control(form, "worker").focus();
};
for (const button of all("[data-way]")) {
  const way = `/desk/rounds/${encodeURIComponent(words.no || "")}/map?worker=${encodeURIComponent(button.dataset.way || "")}`;
  button.addEventListener("click", () => showMap(/** @type {HTMLIFrameElement} */ (one("#map")), way));
}
for (const button of all("[data-pick]"))
  button.addEventListener("click", () => pick(button.dataset.pick || ""));
onMap("pick", ({ id }) => pick(id));
