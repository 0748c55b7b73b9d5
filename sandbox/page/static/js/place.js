/** Where the viewer is, kept in the address as `#person/channel-or-home/thread`; knows no names. */

export const HOME = "home";

/** The place the address names; missing parts are empty. */
export function here() {
  const [user = "", where = "", thread = ""] = location.hash.slice(1).split("/").map(decode);
  return { user, where, thread };
}

/** The address of a place, for links. */
export function hrefOf({ user, where = "", thread = "" }) {
  return `#${[user, where, thread].filter(Boolean).map(encodeURIComponent).join("/")}`;
}

/** Moves to a place, leaving the present one in the browser's history. */
export function go(place) {
  location.hash = hrefOf(place);
}

/** Moves to a place without a trace, for corrections of an address that names nothing. */
export function correct(place) {
  location.replace(hrefOf(place));
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
