/** The service worker of the field page, and what it keeps for the road. */

const release = document.documentElement.dataset.release || "0";

/**
 * Ask the service worker to keep addresses (cells, tasks, base map) for use without signal.
 * @param {string[]} addresses
 * @returns {Promise<number>} How many it keeps.
 */
export const keep = async (addresses) => {
  if (!("serviceWorker" in navigator)) return 0;
  const worker = (await navigator.serviceWorker.ready).active;
  return new Promise((done) => {
    const line = new MessageChannel();
    line.port1.onmessage = (e) => done(e.data);
    worker?.postMessage({ type: "keep", addresses }, [line.port2]);
  });
};

/** Drop everything personal from this phone; call before signing out. */
export const forget = async () => {
  (await navigator.serviceWorker?.ready)?.active?.postMessage({ type: "forget" });
};

if ("serviceWorker" in navigator) {
  navigator.serviceWorker
    .register(`/field/sw.js?v=${encodeURIComponent(release)}`, { scope: "/field" })
    .catch((cause) => console.warn("field page works online only:", cause.message));
}
