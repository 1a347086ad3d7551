/** Photos of a phone: made small before they go up, with the camera's time and position kept. */
import { ask, Problem } from "./ask.js";
import { say, showProblem } from "./say.js";

const EXIF = 0x45786966;
const HEAD_BYTES = 131072;
const QUALITY = 0.82;

/** @param {ImageBitmap} image @param {number} side */
const canvasOf = (image, side) => {
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
};

/**
 * Set the orientation of an EXIF segment to upright.
 * @param {Uint8Array<ArrayBuffer>} segment APP1, from its marker on.
 * @returns {Uint8Array<ArrayBuffer> | null} null when it is cut short.
 */
export const upright = (segment) => {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.length);
  const start = 10;
  if (segment.length < start + 8) return null;
  const little = view.getUint16(start) === 0x4949;
  const ifd = start + view.getUint32(start + 4, little);
  if (ifd + 2 > segment.length) return null;
  const count = view.getUint16(ifd, little);
  for (let n = 0; n < count; n += 1) {
    const entry = ifd + 2 + 12 * n;
    if (entry + 12 > segment.length) return null;
    if (view.getUint16(entry, little) === 0x0112) view.setUint16(entry + 8, 1, little);
  }
  return segment;
};

/**
 * Find the camera's own record (time, position) of a JPEG: its APP1 segment.
 * @param {Uint8Array<ArrayBuffer>} bytes The head of the file.
 * @returns {Uint8Array<ArrayBuffer> | null} null without one.
 */
export const exifIn = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let i = 2; i + 4 <= bytes.length && view.getUint8(i) === 0xff; ) {
    const length = view.getUint16(i + 2);
    if (view.getUint8(i + 1) === 0xda || length < 2) return null;
    const whole = i + 2 + length <= bytes.length && i + 8 <= bytes.length;
    if (view.getUint8(i + 1) === 0xe1 && whole && view.getUint32(i + 4) === EXIF) {
      return upright(bytes.slice(i, i + 2 + length));
    }
    i += 2 + length;
  }
  return null;
};

/**
 * Make a JPEG no longer than `side` pixels; what cannot be read stays as it is.
 * @param {File} file
 * @param {number} [side]
 * @returns {Promise<File>}
 */
export const shrink = async (file, side = 1600) => {
  let image;
  try {
    image = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return file;
  }
  const canvas = canvasOf(image, side);
  image.close();
  /** @type {Blob | null} */
  const small = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!small) return file;
  const exif = exifIn(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  const parts = exif ? [small.slice(0, 2), exif, small.slice(2)] : [small];
  return new File(parts, `${(file.name || "photo").replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" });
};

/**
 * Send photos one after the other; one that is refused as a photo is named with the reason and left out.
 * @param {Iterable<File>} files
 * @param {import("./ask.js").AskOptions} [options]
 * @returns {Promise<string[]>} Their names in the store.
 */
export const putPhotos = async (files, options = {}) => {
  const names = [];
  for (const file of files) {
    const form = new FormData();
    form.append("file", await shrink(file), file.name || "photo.jpg");
    try {
      names.push((await ask("POST", "/api/v1/photos", form, { ...options, quiet: true })).sha256);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (!problem.reason) {
        if (!options.quiet) showProblem(problem, options.form);
        throw problem;
      }
      say(`${file.name}：${problem.detail}`, "warn");
    }
  }
  return names;
};
