/** Where somebody stands who says to be on the spot. */

const POSITION = { enableHighAccuracy: true, timeout: 5000, maximumAge: 60000 };

/** @returns {Promise<{lon?: number, lat?: number}>} Nothing when the device does not tell. */
export const whereabouts = () =>
  new Promise((done) => {
    if (!navigator.geolocation) {
      done({});
      return;
    }
    /** @param {GeolocationPosition} at */
    const told = ({ coords }) => done({ lon: coords.longitude, lat: coords.latitude });
    navigator.geolocation.getCurrentPosition(told, () => done({}), POSITION);
  });
