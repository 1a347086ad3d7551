/* Before the first paint: the reader's theme and type size, remembered on this device. */
(() => {
  const root = document.documentElement;
  /** @param {string} key */
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = read("jinlin-theme") || (dark ? "dark" : "light");
  root.dataset.type = read("jinlin-type") || root.dataset.type || "normal";
})();
