/** To become a provider: what the chosen services need, place, hours, documents; sent once, and a draft that is never lost. */
import { ask, shown } from "../ask.js";
import { all, control, given, make, maybe, one, textOf } from "../dom.js";
import { Draft } from "../drafts.js";
import { WeekGrid, written } from "../hours.js";
import { toMap } from "../map.js";
import { putPhotos } from "../photos.js";
import { clearErrors, complain, say, showProblem } from "../say.js";
import { takePlace, watchPlace, where } from "./place.js";

const words = given("home-words");
/** @type {{needs: Record<string, string[]>, kinds: Record<string, string>, places: {name: string, lon: number, lat: number}[]}} */
const told = given("apply-told");
const APPLICATIONS = "/api/v1/providers/applications";
const RELOADS_MS = 400;

/** The photos of documents, by kind of licence. @type {Record<string, string>} */
const photos = {};

/** @param {HTMLFormElement} form @param {string} name */
const ticked = (form, name) =>
  /** @type {HTMLInputElement[]} */ (all(`[name="${name}"]:checked`, form)).map((box) => box.value);

/** Say that a photo of an earlier visit is there; who has no account may not look at it again. @param {string} kind */
const sayKept = (kind) =>
  maybe(`[data-preview="${CSS.escape(kind)}"]`)?.replaceChildren(
    make("span", { className: "lamp ok", textContent: words.photo_kept }),
  );

/** Let a form show boxes for what is needed and for what one has besides. @param {HTMLFormElement} form */
const showBoxes = (form) => {
  const needed = new Set(ticked(form, "category").flatMap((trade) => told.needs[trade] || []));
  const has = new Set(ticked(form, "has"));
  for (const box of all("[data-doc]", form)) {
    const kind = box.dataset.doc || "";
    if (!box.hasAttribute("data-stays")) box.hidden = !needed.has(kind) && !has.has(kind);
  }
  const list = maybe("[data-needed-list]", form);
  if (!list || !ticked(form, "category").length) return;
  const lines = [...needed].map((kind) => `${told.kinds[kind]}：${words.want}`);
  list.replaceChildren(
    ...(lines.length ? lines : [words.none_needed]).map((text) => make("li", { textContent: text })),
  );
  one("[data-no-documents]", form).hidden = needed.size > 0;
  one("[data-some-documents]", form).hidden = needed.size === 0;
};

/** The document that a box holds; null for one that was left empty. @param {HTMLFormElement} form @param {HTMLElement} box */
const documentOf = (form, box) => {
  const kind = box.dataset.doc || "";
  const [number, authority, until] = ["number", "authority", "until"].map((name) =>
    control(form, `${name}-${kind}`).value.trim(),
  );
  if (!number && !authority && !until && !photos[kind]) return null;
  return { kind, number, authority, photo: photos[kind] || "", ...(until ? { until } : {}) };
};

/** @param {HTMLFormElement} form */
const documentsOf = (form) =>
  all("[data-doc]", form)
    .filter((box) => !box.hidden)
    .map((box) => documentOf(form, box))
    .filter((found) => found !== null);

/** Say what a document lacks; true when it lacks nothing. @param {HTMLFormElement} form */
const areWhole = (form) => {
  for (const { kind, number, authority } of documentsOf(form)) {
    const lacks = !number ? "number" : !authority ? "authority" : "";
    const until = control(form, `until-${kind}`);
    if (!until.validity.valid) {
      complain(form, until, words.missing);
      return false;
    }
    if (!lacks) continue;
    showProblem({ field: `${lacks}-${kind}`, detail: words.half }, form);
    return false;
  }
  return true;
};

/** Photos go up as soon as they are chosen. @param {HTMLFormElement} form @param {Draft} draft */
const watchPhotos = (form, draft) =>
  form.addEventListener("change", async (e) => {
    const input = /** @type {HTMLInputElement} */ (e.target);
    const kind = input.dataset.photo;
    if (!kind || !input.files?.length) return;
    try {
      const [name] = await putPhotos([...input.files].slice(0, 1), { form });
      if (!name) return;
      photos[kind] = name;
      const image = make("img", { alt: told.kinds[kind] || kind, src: URL.createObjectURL(input.files[0]) });
      one(`[data-preview="${CSS.escape(kind)}"]`).replaceChildren(image);
      draft.keep();
    } catch (problem) {
      shown(problem);
    }
  });

/**
 * Send a form once, whatever becomes of the answer.
 * @param {HTMLFormElement} form @param {string} path @param {object} body @param {Draft} draft
 * @returns {Promise<any>} null when it was not taken.
 */
const send = async (form, path, body, draft) => {
  const button = /** @type {HTMLButtonElement} */ (one('[type="submit"]', form));
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    const made = await ask("POST", `${APPLICATIONS}${path}`, body, { form, press: draft.press });
    draft.drop();
    return made;
  } catch (problem) {
    shown(problem);
    draft.keep();
    return null;
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
};

/** Put the number in place of the form. @param {string} no @param {string} key */
const answerWith = (no, key) => {
  const answer = /** @type {DocumentFragment} */ (
    /** @type {HTMLTemplateElement} */ (one("#answer")).content.cloneNode(true)
  );
  one("[data-number]", answer).textContent = no;
  /** @type {HTMLAnchorElement} */ (one("[data-follow]", answer)).href =
    `/apply/${no}?key=${encodeURIComponent(key)}`;
  const main = one("#main");
  for (const part of /** @type {HTMLElement[]} */ ([...main.children])) part.hidden = true;
  main.append(answer);
  window.scrollTo(0, 0);
  one(".answer").focus();
};

/** The map goes to the community whose name stands in the address. @param {HTMLFormElement} form */
const watchAddress = (form) =>
  control(form, "address").addEventListener("change", () => {
    const { value } = control(form, "address");
    const place = told.places.find(
      ({ name }) => value.includes(name) || value.includes(name.replace(/社区$/, "")),
    );
    if (!place || where.place) return;
    toMap("map", { type: "look-at", lon: place.lon, lat: place.lat });
    say(`${words.moved} ${place.name}`, "info");
  });

/** What a form lacks, said at its field; true when it lacks nothing. @param {HTMLFormElement} form */
const isWhole = (form) => {
  if (!ticked(form, "category").length) {
    showProblem({ field: "categories", detail: words.choose }, form).scrollIntoView({ block: "center" });
    return false;
  }
  const inputs = /** @type {HTMLInputElement[]} */ ([...form.elements]);
  const wrong = inputs.find((input) => input.required && !input.value.trim());
  if (wrong) {
    complain(form, wrong, words.missing);
    return false;
  }
  if (!where.place) {
    showProblem({ field: "lon", detail: words.pick }, form).scrollIntoView({ block: "center" });
    return false;
  }
  return areWhole(form);
};

/** @param {HTMLFormElement} form */
const startApplying = (form) => {
  watchPlace(form);
  /** @type {Draft | null} */
  let draft = null;
  const grid = new WeekGrid(one(".week", form), () => draft?.keep());
  draft = new Draft(form, "apply", {
    always: true,
    more: () => ({ where, photos, week: grid.signs() }),
    refill: (kept) => {
      Object.assign(photos, kept.photos);
      Object.keys(photos).forEach(sayKept);
      if (kept.week) grid.set(kept.week);
      if (kept.where.place) takePlace(kept.where);
    },
  });
  const kept = draft;
  showBoxes(form);
  form.addEventListener("change", () => showBoxes(form));
  form.addEventListener("reset", () => setTimeout(() => showBoxes(form)));
  watchPhotos(form, kept);
  watchAddress(form);
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    clearErrors(form);
    if (!isWhole(form)) return;
    const { name, contact, phone, address, capacity } = textOf(form);
    const body = {
      name,
      contact,
      phone,
      address,
      categories: ticked(form, "category"),
      capacity: Number(capacity),
      hours: written(grid.week),
      documents: documentsOf(form),
      ...where.place,
    };
    const made = await send(form, "", body, kept);
    if (made) answerWith(made.no, made.key);
  });
};

/** One's own application: what may be done with it now. @param {HTMLFormElement} form */
const startActing = (form) => {
  const { ownAct: action = "", no = "", key = "" } = form.dataset;
  const draft = new Draft(form, `application ${no} ${action}`, {
    always: true,
    more: () => ({ photos }),
    refill: (kept) => {
      Object.assign(photos, kept.photos);
      Object.keys(photos).forEach(sayKept);
    },
  });
  watchPhotos(form, draft);
  showBoxes(form);
  form.addEventListener("change", () => showBoxes(form));
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    clearErrors(form);
    if (!areWhole(form)) return;
    const documents = documentsOf(form);
    if (action === "show" && !documents.length) {
      showProblem({ field: "documents", detail: words.lacks }, form);
      return;
    }
    const reason = /** @type {HTMLTextAreaElement | null} */ (maybe('[name="reason"]', form));
    if (reason && !reason.value.trim()) {
      showProblem({ field: "reason", detail: words.missing }, form);
      return;
    }
    const body = {
      action,
      key,
      ...(documents.length ? { documents } : {}),
      ...(reason ? { reason: reason.value.trim() } : {}),
    };
    if (await send(form, `/${encodeURIComponent(no)}/own/actions`, body, draft))
      setTimeout(() => location.reload(), RELOADS_MS);
  });
};

const applying = /** @type {HTMLFormElement | null} */ (maybe("[data-apply]"));
if (applying) startApplying(applying);
for (const form of all("[data-own-act]")) startActing(/** @type {HTMLFormElement} */ (form));
maybe("[data-following]")?.addEventListener("submit", (e) => {
  e.preventDefault();
  const { no, key } = textOf(/** @type {HTMLFormElement} */ (e.target));
  if (no)
    location.assign(
      `/apply/${encodeURIComponent(no.toUpperCase())}${key ? `?key=${encodeURIComponent(key)}` : ""}`,
    );
});
