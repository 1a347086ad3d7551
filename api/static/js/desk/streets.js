/** Closing streets: points set on the map become a stretch, a line or an area; sent, listed, lifted. */
import { ask, shown } from "../ask.js";
import { all, control, given, one, textOf } from "../dom.js";
import { onMap, showMap, toMap } from "../map.js";
import { say } from "../say.js";

const words = given("streets-words");
const form = /** @type {HTMLFormElement} */ (one("#close"));
const LEAST = /** @type {Record<string, number>} */ ({ Point: 1, LineString: 2, Polygon: 3 });
const RELOADS_MS = 600;
/** @type {[number, number][]} */
let points = [];

const kind = () => textOf(form).draw || "Point";

const draw = () => {
  one("#drawn").textContent = points.length ? words.points.replace("{}", `${points.length}`) : words.none;
  const ring = kind() === "Polygon" && points.length > 2 ? [...points, points[0]] : points;
  toMap("map", { type: "route", points: kind() === "Point" ? [] : ring });
};

/** @returns {{type: string, coordinates: unknown} | null | undefined} Null for none, undefined for too few points. */
const shape = () => {
  if (!points.length) return null;
  if (points.length < LEAST[kind()]) return undefined;
  if (kind() === "Point") return { type: "Point", coordinates: points[0] };
  if (kind() === "LineString") return { type: "LineString", coordinates: points };
  return { type: "Polygon", coordinates: [[...points, points[0]]] };
};

/** @param {string} name */
const time = (name) => {
  const { value } = control(form, name);
  return value ? { [name]: `${value}:00+08:00` } : {};
};

/** @param {HTMLFormElement} from @param {string} address @param {unknown} body */
const send = async (from, address, body) => {
  const button = /** @type {HTMLButtonElement} */ (one("button[type=submit]", from));
  button.disabled = true;
  try {
    await ask("POST", address, body, { form: from });
    say(words.done, "ok");
    setTimeout(() => location.reload(), RELOADS_MS);
  } catch (problem) {
    shown(problem);
    button.disabled = false;
  }
};

onMap("place", ({ lon, lat }) => {
  /** @type {[number, number]} */
  const point = [Number(lon.toFixed(6)), Number(lat.toFixed(6))];
  points = kind() === "Point" ? [point] : [...points, point];
  draw();
});

form.addEventListener("change", (e) => {
  if (!(e.target instanceof HTMLInputElement) || e.target.name !== "draw") return;
  if (kind() === "Point") points = points.slice(-1);
  draw();
});

one("#clear").addEventListener("click", () => {
  points = [];
  draw();
  showMap(/** @type {HTMLIFrameElement} */ (one("#map")), "/desk/streets/map");
});

form.addEventListener("submit", (e) => {
  e.preventDefault();
  const told = textOf(form);
  const drawn = shape();
  if (drawn === undefined) {
    say(words.few, "warn");
    return;
  }
  send(form, "/api/v1/closures", {
    effect: told.effect,
    reason: told.reason,
    streets: told.street ? [told.street] : [],
    ...(drawn ? { shape: drawn } : {}),
    ...(told.effect === "slow" ? { speed_percent: Number(told.speed_percent) } : {}),
    profiles: all("input[name=profiles]:checked", form).map(
      (box) => /** @type {HTMLInputElement} */ (box).value,
    ),
    ...time("starts_at"),
    ...time("ends_at"),
  });
});

for (const lift of /** @type {HTMLFormElement[]} */ (all("form[data-lift]"))) {
  lift.addEventListener("submit", (e) => {
    e.preventDefault();
    const address = `/api/v1/closures/${encodeURIComponent(lift.dataset.lift || "")}/actions`;
    send(lift, address, { action: "lift", ...textOf(lift) });
  });
}
