/** People on shift on the map of the desk: all of them when the map is ready, then whoever moves, as the stream tells. */
import { ask, Problem } from "../ask.js";
import { given, one } from "../dom.js";
import { onMap, toMap } from "../map.js";
import { words as deskWords } from "./state.js";

const frame = /** @type {HTMLIFrameElement} */ (one("#map"));
const { day, hour, minute, second, ago } = given("jinlin-words");
const words = { day, hour, minute, second, ago, position: deskWords.position };

/** Ask for everybody; who is off shift sees nobody. */
export const showPeople = async () => {
  try {
    const { items, fresh_s, shown_s } = await ask("GET", "/api/v1/positions", undefined, { quiet: true });
    toMap(frame, { type: "people", people: items, replace: true, fresh_s, shown_s, words });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 403) toMap(frame, { type: "people", replace: true });
  }
};

/** @param {{moved: object[], gone: string[]}} note */
export const peopleMoved = ({ moved, gone }) => toMap(frame, { type: "people", people: moved, gone });

onMap("ready", showPeople);
