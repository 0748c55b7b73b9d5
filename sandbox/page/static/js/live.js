/** One person's live socket, which comes back by itself; knows events only as objects with a type. */

import { liveAddress } from "./api.js";

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;

/**
 * Listens for `user`; `onEvent` gets each event, `onState` gets "connecting", "live" or "away".
 * Returns the function that stops it. After every connection the caller refetches what it shows,
 * because events sent in between are gone.
 */
export function listen(user, { onEvent, onState }) {
  let socket = null;
  let timer = null;
  let wait = FIRST_WAIT_MS;
  let stopped = false;

  function connect() {
    onState("connecting");
    socket = new WebSocket(liveAddress(user));
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT_MS;
      if (!stopped) onState("live");
    });
    socket.addEventListener("message", (message) => {
      const event = parse(message.data);
      if (event && !stopped) onEvent(event);
    });
    socket.addEventListener("close", retry);
  }

  function retry() {
    if (stopped) return;
    onState("away");
    timer = setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    socket.close();
  };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
