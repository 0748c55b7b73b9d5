/** The little squares that stand for people: initials on a colour of their own. */

import { h } from "./dom.js";

const COLOURS = 8;

/** The square of a person or of the app. */
export function avatar(id, name, { isBot = false, small = false } = {}) {
  const look = isBot ? "avatar-bot" : `avatar-${hash(id) % COLOURS}`;
  return h(
    "span",
    { class: `avatar ${look} ${small ? "avatar-small" : ""}`, "aria-hidden": "true" },
    isBot ? "co" : initials(name),
  );
}

function initials(name) {
  const words = (name || "?").trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
}

function hash(text) {
  const mixed = [...(text ?? "")].reduce(
    (sum, sign) => Math.imul(sum ^ sign.codePointAt(0), 16777619),
    2166136261,
  );
  return mixed >>> 9;
}
