// A server whose clock is off, so that the device's clock, which is right, looks off to it.

// Shifts what `new Date()` and `Date.now()` say in this process. Date.parse() and given times stay as they are.
export function shiftDate(seconds) {
  if (seconds === 0) {
    return;
  }
  const Real = Date;
  globalThis.Date = class Date extends Real {
    constructor(...given) {
      super(...(given.length === 0 ? [Date.now()] : given));
    }

    static now() {
      return Real.now() + seconds * 1000;
    }
  };
}

// Lets the Date header follow: Node.js makes its own from a Date that cannot be replaced.
// To be called before the listener that answers is added.
export function serveDate(server) {
  server.prependListener('request', (request, response) => {
    response.setHeader('Date', new Date().toUTCString());
  });
}
