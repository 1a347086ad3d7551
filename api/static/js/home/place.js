/** The place of an order or report: on the map, from the device, or the registered home. */
import { ask } from "../ask.js";
import { given, maybe, one } from "../dom.js";
import { onMap, toMap } from "../map.js";

const MOST_ACCURACY_M = 5000;
const words = given("home-words");
export const registered = maybe("[data-registered]");
/** @type {{place: {lon: number, lat: number} | null, accuracy_m: number}} */
export const where = { place: null, accuracy_m: 0 };

/** @param {string} text @param {string} state */
const lamp = (text, state) => {
  const e = one("[data-place]");
  e.textContent = text;
  e.className = `lamp ${state}`;
};

/** Say who answers for a place and which like cases are open there. @param {HTMLFormElement} form */
const sayAnswerer = async (form) => {
  const category = /** @type {RadioNodeList | null} */ (form.elements.namedItem("category"))?.value;
  if (!form.hasAttribute("data-report") || !where.place || !category) return;
  const { lon, lat } = where.place;
  const query = new URLSearchParams({ lon: String(lon), lat: String(lat), category });
  const quiet = { quiet: true };
  const accuracy_m = Math.min(MOST_ACCURACY_M, where.accuracy_m);
  const [found, like] = await Promise.all([
    ask("GET", `/api/v1/cells/locate?${query}&accuracy_m=${accuracy_m}`, undefined, quiet).catch(() => null),
    ask("GET", `/api/v1/tickets/like?${query}`, undefined, quiet).catch(() => ({ items: [] })),
  ]);
  const line = one("[data-answerer]");
  line.hidden = !found;
  if (!found) return;
  const numbers = like.items.map((/** @type {{no: string}} */ l) => l.no).join("、");
  const told = numbers ? `　${words.like}${numbers}` : "";
  line.textContent = `${words.answerer}${found.department_name} · ${found.community_name}${told}`;
};

/** Take a place as the chosen one. @param {{place: {lon: number, lat: number} | null, accuracy_m: number}} chosen */
export const takePlace = (chosen) => {
  Object.assign(where, chosen);
  lamp(words.picked, "ok");
  const error = maybe('[data-error-for="lon"]');
  if (error) error.hidden = true;
};

/**
 * Let a form know its place.
 * @param {HTMLFormElement} form
 */
export const watchPlace = (form) => {
  /** @param {{lon: number, lat: number}} place @param {number} [accuracy_m] */
  const set = (place, accuracy_m = 0) => {
    takePlace({ place, accuracy_m });
    sayAnswerer(form);
  };
  onMap("place", ({ lon, lat }) => set({ lon, lat }));
  maybe("[data-here]")?.addEventListener("click", () => {
    lamp(words.locating, "info");
    const failed = () => lamp(words.no_position, "warn");
    if (!navigator.geolocation) {
      failed();
      return;
    }
    /** @param {GeolocationPosition} at */
    const told = ({ coords }) => {
      const place = { lon: coords.longitude, lat: coords.latitude };
      toMap("map", { type: "set-place", ...place });
      set(place, coords.accuracy || 0);
    };
    navigator.geolocation.getCurrentPosition(told, failed, { enableHighAccuracy: true, timeout: 10000 });
  });
  maybe("[data-elsewhere]")?.addEventListener("click", () => {
    if (registered) registered.hidden = true;
    one("[data-other]").hidden = false;
  });
  form.addEventListener("change", (e) => {
    if (/** @type {HTMLInputElement} */ (e.target).name === "category") sayAnswerer(form);
  });
};
