/** As much of a browser as modules ask for while they are loaded: an empty page that tells no events. */

const page = {
  getElementById: () => null,
  querySelector: () => null,
  querySelectorAll: () => [],
  addEventListener: () => {},
};
Object.assign(globalThis, { document: page, window: page, location: { origin: "null" } });
