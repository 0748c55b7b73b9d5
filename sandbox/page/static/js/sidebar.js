/** The column on the left: who is looking, and where they can go. */

import { avatar } from "./avatar.js";
import { sharedWords } from "./channel.js";
import { h, keepFocus } from "./dom.js";
import { HOME, hrefOf } from "./place.js";

/**
 * Draws a workspace ({user, team, channels}); `where` is the place shown, `onSwitch` opens the switcher.
 * Draws nothing when nothing changed: a link replaced between press and release would swallow the click.
 */
export function drawSidebar(root, { user, team, channels }, where, onSwitch) {
  const sign = JSON.stringify([user, team, channels, where]);
  if (root.sign === sign) return;
  root.sign = sign;
  const rows = (...kinds) =>
    channels
      .filter((channel) => kinds.includes(channel.kind))
      .map((channel) => drawChannel(user, channel, where));
  keepFocus(root, () =>
    root.replaceChildren(
      drawPerson(user, team, onSwitch),
      h(
        "div",
        { class: "places" },
        section("Apps", [
          drawPlace({
            user,
            id: HOME,
            where,
            sign: "⌂",
            name: "cosell",
            testid: "home-link",
            label: "cosell, Home",
          }),
        ]),
        section("Channels", rows("channel")),
        section("Shared channels", rows("shared")),
        section("Direct messages", rows("dm")),
      ),
    ),
  );
}

function drawPerson(user, team, onSwitch) {
  return h(
    "button",
    {
      type: "button",
      class: "person",
      "data-testid": "person-switcher",
      "data-focus": "person-switcher",
      "aria-haspopup": "dialog",
      title: "Look through somebody else's eyes (Ctrl+K)",
      onclick: onSwitch,
    },
    avatar(user.id, user.name),
    h(
      "span",
      { class: "person-words" },
      h("strong", { dir: "auto" }, user.name),
      h("span", { dir: "auto" }, user.title || user.role),
      h(
        "span",
        { class: user.is_external ? "person-team person-external" : "person-team", dir: "auto" },
        team.name,
      ),
    ),
    h("span", { class: "person-more", "aria-hidden": "true" }, "⇅"),
  );
}

function section(title, rows) {
  return rows.length > 0 && h("section", { class: "places-group" }, h("h2", {}, title), h("ul", {}, rows));
}

function drawChannel(user, channel, where) {
  const shared = channel.kind === "shared";
  const unread = channel.unread || 0;
  const label = [channel.name, shared && sharedWords(channel), unread && `${unread} unread`]
    .filter(Boolean)
    .join(", ");
  return drawPlace({
    user,
    id: channel.id,
    where,
    sign: { shared: "⧉", dm: "•" }[channel.kind] ?? "#",
    name: channel.name,
    unread,
    testid: `channel-${channel.id}`,
    label,
    under: shared ? sharedWords(channel) : "",
  });
}

function drawPlace({ user, id, where, sign, name, unread = 0, testid, label, under }) {
  return h(
    "li",
    {},
    h(
      "a",
      {
        href: hrefOf({ user: user.id, where: id }),
        class: unread ? "place place-unread" : "place",
        "data-testid": testid,
        "data-focus": testid,
        "aria-label": label,
        "aria-current": id === where ? "page" : null,
      },
      h("span", { class: "place-sign", "aria-hidden": "true" }, sign),
      h(
        "span",
        { class: "place-words" },
        h("span", { class: "place-name", dir: "auto" }, name),
        under && h("span", { class: "badge badge-shared", dir: "auto" }, under),
      ),
      unread > 0 && h("span", { class: "place-count" }, unread),
    ),
  );
}
