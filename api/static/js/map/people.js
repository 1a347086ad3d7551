/** People on shift on a map: marks that move by themselves, fade when their position is old and go when it is older. */
import { spanWord } from "../clock.js";
import { pinIcon } from "./layers.js";

const LOOK_MS = 2000;
const FADED = 0.45;

/**
 * @typedef {object} Person
 * @property {string} user
 * @property {string} name
 * @property {number} lon
 * @property {number} lat
 * @property {number} age_s When this was told.
 * @property {number} accuracy_m
 */
/** @typedef {{marker: L.Marker, person: Person, at_ms: number}} Known */

/** @type {Map<string, Known>} */
const known = new Map();
/** @type {L.FeatureGroup | null} */
let group = null;
let limits = { fresh_s: 300, shown_s: 1800 };
/** @type {Record<string, string>} */
let words = {};

/** @param {Known} one */
const age_s = ({ at_ms }) => Math.max(0, Math.round((Date.now() - at_ms) / 1000));

/** @param {Known} one */
const told = (one) => {
  const box = document.createElement("div");
  box.appendChild(document.createElement("b")).textContent = one.person.name;
  const line = `${words.position} ${spanWord(age_s(one), words)}${words.ago} \u00b7 \u00b1${Math.round(one.person.accuracy_m)} m`;
  box.appendChild(document.createElement("div")).textContent = line;
  return box;
};

/** @param {Known} one */
const fade = (one) => one.marker.setOpacity(age_s(one) > limits.fresh_s ? FADED : 1);

/** @param {string} user */
const drop = (user) => {
  known.get(user)?.marker.remove();
  known.delete(user);
};

/** @param {L.Map} map @param {Person} person */
const put = (map, person) => {
  const at_ms = Date.now() - person.age_s * 1000;
  const old = known.get(person.user);
  if (old) {
    Object.assign(old, { person, at_ms });
    old.marker.setLatLng([person.lat, person.lon]);
    fade(old);
    if (old.marker.isTooltipOpen()) old.marker.setTooltipContent(told(old));
    return;
  }
  group ??= L.featureGroup().addTo(map);
  const icon = pinIcon({ ...person, kind: "worker", label: person.name.slice(0, 1), id: person.user });
  const marker = L.marker([person.lat, person.lon], {
    icon,
    alt: person.name,
    keyboard: true,
    zIndexOffset: -100,
  });
  const one = { marker, person, at_ms };
  marker.bindTooltip(() => told(one), { direction: "top", offset: [0, -10] });
  marker.on("click", (e) => {
    L.DomEvent.stopPropagation(e);
    marker.openTooltip();
  });
  known.set(person.user, one);
  group.addLayer(marker);
  fade(one);
};

/** Fade those whose position grew old, and let go of those whose is older than is shown. */
const look = () => {
  for (const [user, one] of known) {
    if (age_s(one) > limits.shown_s) drop(user);
    else fade(one);
  }
};
setInterval(look, LOOK_MS);

/**
 * Let people be where they are told to be.
 * @param {L.Map} map
 * @param {{people?: Person[], gone?: string[], replace?: boolean, fresh_s?: number, shown_s?: number, words?: Record<string, string>}} message
 */
export const movePeople = (map, message) => {
  const { people = [], gone = [], replace = false } = message;
  if (message.words) words = message.words;
  if (message.fresh_s && message.shown_s) limits = { fresh_s: message.fresh_s, shown_s: message.shown_s };
  if (replace) {
    const here = new Set(people.map(({ user }) => user));
    for (const user of [...known.keys()]) if (!here.has(user)) drop(user);
  }
  for (const user of gone) drop(user);
  for (const person of people) put(map, person);
};
