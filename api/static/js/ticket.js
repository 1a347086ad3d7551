/* A ticket's clocks and actions, on every page that shows tickets: jinlin.shrink, jinlin.putPhotos, forms of [data-act]. */
(() => {
  "use strict";
  const jinlin = (window.jinlin = window.jinlin || {});
  const at = document.getElementById("ticket-words");
  const words = at ? JSON.parse(at.textContent) : {};
  const word = (key) => words[key] || key;

  /* --- photos --- */
  const canvasOf = (image, side) => {
    const scale = Math.min(1, side / Math.max(image.width, image.height)), canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  };
  /* The camera's own record (time, position) of a JPEG: its APP1 segment, with the orientation set to upright. */
  const exifOf = async (file) => {
    const bytes = new Uint8Array(await file.slice(0, 131072).arrayBuffer()), view = new DataView(bytes.buffer);
    if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
    for (let i = 2; i + 4 <= bytes.length && view.getUint8(i) === 0xff; ) {
      const length = view.getUint16(i + 2);
      if (view.getUint8(i + 1) === 0xda || length < 2) return null;
      if (view.getUint8(i + 1) === 0xe1 && i + 2 + length <= bytes.length && view.getUint32(i + 4) === 0x45786966) return upright(bytes.slice(i, i + 2 + length));
      i += 2 + length;
    }
    return null;
  };
  const upright = (segment) => {
    const view = new DataView(segment.buffer), start = 10;
    if (segment.length < start + 8) return null;
    const little = view.getUint16(start) === 0x4949, ifd = start + view.getUint32(start + 4, little);
    if (ifd + 2 > segment.length) return null;
    const count = view.getUint16(ifd, little);
    for (let n = 0; n < count; n++) {
      const entry = ifd + 2 + 12 * n;
      if (entry + 12 > segment.length) return null;
      if (view.getUint16(entry, little) === 0x0112) view.setUint16(entry + 8, 1, little);
    }
    return segment;
  };
  /** A photo no longer than `side` pixels as JPEG, with the camera's time and position kept; what cannot be read stays as it is. */
  jinlin.shrink = async (file, side = 1600) => {
    let image;
    try { image = await createImageBitmap(file, { imageOrientation: "from-image" }); } catch { return file; }
    const canvas = canvasOf(image, side);
    image.close();
    const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    if (!small) return file;
    const exif = await exifOf(file).catch(() => null);
    const parts = exif ? [small.slice(0, 2), exif, small.slice(2)] : [small];
    return new File(parts, (file.name || "photo").replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  };
  /** Send photos; gives their names in the store. */
  jinlin.putPhotos = async (files, options = {}) => {
    const names = [];
    for (const file of files) {
      const form = new FormData();
      form.append("file", await jinlin.shrink(file), "photo.jpg");
      names.push((await jinlin.api("POST", "/api/v1/photos", form, options)).sha256);
    }
    return names;
  };

  /* --- clocks --- */
  const tick = (node = document) => {
    const now = Date.now();
    node.querySelectorAll("[data-left]").forEach((e) => {
      const left = (new Date(e.dataset.left) - now) / 1000;
      e.textContent = `${word(left < 0 ? "over" : "left")} ${jinlin.span(left)}`;
      if (left < 0) { e.classList.remove("ok", "warn"); e.classList.add("late"); }
    });
    node.querySelectorAll("[data-span]:empty, [data-span]:not([data-told])").forEach((e) => { e.textContent = jinlin.span(Number(e.dataset.span)); e.dataset.told = ""; });
  };
  jinlin.ticketTick = tick;
  tick();
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSwap", (e) => tick(e.target));

  /* --- actions --- */
  const fieldsOf = (form) => {
    const given = {};
    for (const [name, value] of new FormData(form)) {
      if (value instanceof File || value === "") continue;
      const unit = form.elements[name]?.dataset?.unit;
      given[name] = unit ? `${value} ${unit}` : name === "rating" ? Number(value) : value;
    }
    return given;
  };
  const missing = (form) => [...form.elements].find((e) => e.required && !e.validity.valid);
  const complain = (form, input) => {
    const place = form.querySelector(`[data-error-for="${input.name}"]`);
    if (place) { place.textContent = input.validationMessage || word("missing"); place.hidden = false; }
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  /* Where somebody stands who says to be on the spot; nothing when the device does not tell. */
  const whereabouts = () => new Promise((done) => {
    if (!navigator.geolocation) { done({}); return; }
    const told = ({ coords }) => done({ lon: coords.longitude, lat: coords.latitude });
    navigator.geolocation.getCurrentPosition(told, () => done({}), { enableHighAccuracy: true, timeout: 5000, maximumAge: 60000 });
  });
  /** Carry out the action of a form; gives the ticket as it stands. */
  const act = async (form) => {
    form.dataset.key = form.dataset.key || jinlin.uuid();
    const files = [...(form.querySelector('[name="evidence"]')?.files || [])];
    const body = { action: form.dataset.act, ...fieldsOf(form) };
    if (form.dataset.act === "arrive") Object.assign(body, await whereabouts());
    if (files.length) body.evidence = await jinlin.putPhotos(files, { form });
    return jinlin.api("POST", `/api/v1/tickets/${form.dataset.no}/actions`, body, { key: form.dataset.key, form });
  };
  const submit = async (form) => {
    const button = form.querySelector('[type="submit"]');
    if (button.disabled) return;
    jinlin.clearErrors(form);
    const wrong = missing(form);
    if (wrong) { complain(form, wrong); return; }
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      const ticket = await act(form);
      form.closest("dialog")?.close();
      jinlin.say(`${word("done")} · ${ticket.state_name}`, "ok");
      document.dispatchEvent(new CustomEvent("jinlin:acted", { detail: ticket }));
    } catch (problem) {
      if (problem.status) delete form.dataset.key;
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  };
  document.addEventListener("click", (e) => {
    const open = e.target.closest("[data-act-open]");
    if (open) {
      const dialog = document.getElementById(open.dataset.actOpen);
      if (open.hasAttribute("data-act-now")) submit(dialog.querySelector("form")); else dialog.showModal();
    }
    if (e.target.closest("[data-act-close]")) e.target.closest("dialog").close();
    const back = e.target.closest("[data-back]");
    if (back && history.length > 1 && document.referrer.startsWith(location.origin)) { e.preventDefault(); history.back(); }
  });
  document.addEventListener("submit", (e) => { if (e.target.matches("form[data-act]") && !e.target.matches("[data-later]")) { e.preventDefault(); submit(e.target); } });
  document.addEventListener("change", (e) => {
    const shots = e.target.matches('[type="file"]') && e.target.closest(".field")?.querySelector("[data-shots]");
    if (!shots) return;
    shots.replaceChildren(...[...e.target.files].map((file) => { const image = new Image(); image.alt = file.name; image.src = URL.createObjectURL(file); return image; }));
  });
  /* A page that does nothing else about it shows itself anew. */
  document.addEventListener("jinlin:acted", () => { if (!document.querySelector("[data-keeps-page]")) setTimeout(() => location.reload(), 400); });
})();
