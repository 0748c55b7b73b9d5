/** Messages as rows: who, when, what, and the way into the thread. */

import { workingLine } from "./agent.js";
import { pictureAddress } from "./api.js";
import { avatar } from "./avatar.js";
import { drawBlocks } from "./blocks.js";
import { dayOf, isoDay, millisOf, momentOf, timeOf, zoneName } from "./clock.js";
import { h } from "./dom.js";
import { drawEntity } from "./entity.js";
import { emoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { hrefOf } from "./place.js";
import { shortcutsButton } from "./shortcuts.js";
import { surfaceOf } from "./surface.js";

const SAME_BREATH_MS = 5 * 60_000;

/**
 * Rows for `reconcile`: messages with a divider above each day. `look` is {user, team, where, prefix, shortcuts};
 * the prefix tells the copies of one message in the channel and in the thread apart. A thread (`inThread`)
 * has no dividers.
 */
export function messageRows(messages, look) {
  return messages.flatMap((message, at) => {
    const before = messages[at - 1];
    const ms = millisOf(message.ts);
    const sameDay = before && isoDay(millisOf(before.ts)) === isoDay(ms);
    const brief = sameDay && follows(message, before);
    const row = {
      key: `${look.prefix}${message.ts}`,
      sign: JSON.stringify([message, brief, zoneName()]),
      make: () => drawMessage(message, { ...look, brief }),
    };
    return sameDay || look.inThread ? [row] : [dayRow(ms, look), row];
  });
}

function follows(message, before) {
  const plainPair = !message.ephemeral && !before.ephemeral;
  return (
    plainPair && message.user === before.user && millisOf(message.ts) - millisOf(before.ts) < SAME_BREATH_MS
  );
}

function dayRow(ms, { prefix }) {
  const words = dayOf(ms);
  const make = () => h("div", { class: "day", role: "separator", "aria-label": words }, h("span", {}, words));
  return { key: `${prefix}day-${isoDay(ms)}`, sign: words, make };
}

function drawMessage(message, look) {
  const ms = millisOf(message.ts);
  const classes = ["message", look.brief && "message-brief", message.ephemeral && "message-ephemeral"];
  const time = h("time", { datetime: new Date(ms).toISOString(), title: momentOf(ms) }, timeOf(ms));
  return h(
    "article",
    {
      class: classes.filter(Boolean).join(" "),
      tabindex: "-1",
      "aria-label": `${message.user_name}, ${timeOf(ms)}`,
      "data-testid": `${look.testid ?? "message"}-${message.ts}`,
    },
    h(
      "div",
      { class: "message-gutter" },
      look.brief ? time : avatar(message.user, message.user_name, { isBot: message.is_bot }),
    ),
    h(
      "div",
      { class: "message-main" },
      message.ephemeral && h("p", { class: "message-only-you" }, "👁 Only visible to you"),
      !look.brief && drawAuthor(message, look, time),
      drawBody(message, look),
      drawPreviews(message, look),
      drawFiles(message, look),
      drawReactions(message),
      workingLine(message, look.user),
      drawThreadLink(message, look),
      drawShortcuts(message, look),
    ),
  );
}

function drawAuthor(message, { team }, time) {
  const other = message.team_name && message.team_name !== team;
  return h(
    "p",
    { class: "message-author" },
    h("strong", { dir: "auto" }, message.user_name),
    message.is_bot && h("span", { class: "badge" }, "App"),
    other && !message.is_bot && h("span", { class: "badge badge-other", dir: "auto" }, message.team_name),
    time,
  );
}

/** What an app posts is its blocks; what a person types is their text, of which any blocks are a copy. */
function drawBody(message, { user, prefix }) {
  const edited = message.edited && h("span", { class: "edited" }, " (edited)");
  if (!message.is_bot || !message.blocks?.length) {
    return h("div", { class: "message-text", dir: "auto" }, mrkdwn(message.text), edited);
  }
  const surface = surfaceOf({
    key: `${prefix}${message.channel}/${message.ts}`,
    user,
    container: { type: "message", channel: message.channel, message_ts: message.ts },
  });
  return h("div", { class: "blocks" }, drawBlocks(message.blocks, surface), edited);
}

/** What an app attached to the links of a message, each behind a line of its own. */
function drawPreviews({ previews, channel, ts }, { user, prefix }) {
  return (previews ?? []).map(({ id, blocks, entity }) => {
    const container = { type: "message_attachment", channel, message_ts: ts, attachment_id: id };
    const place = { channel, message_ts: ts, attachment_id: id };
    const surface = surfaceOf({ key: `${prefix}${channel}/${ts}/${id}`, user, container });
    return h(
      "div",
      { class: "blocks preview" },
      entity && drawEntity(entity, { user, place }),
      drawBlocks(blocks, surface),
    );
  });
}

/** A picture is shown; of any other file its name, and what kind of file it is. */
function drawFiles({ files }, { user }) {
  const named = (files ?? []).filter(({ name }) => name);
  const chips = named.map((file) =>
    /^image\/(png|jpeg|gif)$/.test(file.mimetype)
      ? h("li", {}, drawPicture(file, user))
      : h("li", { class: "file", dir: "auto" }, h("strong", {}, file.name), drawKind(file)),
  );
  return chips.length > 0 && h("ul", { class: "files", "aria-label": "Files" }, chips);
}

function drawKind({ pretty_type: kind }) {
  return kind && h("span", {}, ` ${kind}`);
}

/** Its size is known before it is there, so that nothing moves when it comes. */
function drawPicture({ id, name, alt_txt: alt, original_w: width, original_h: height }, user) {
  return h("img", { class: "picture", src: pictureAddress(user, id), alt: alt || name, width, height });
}

function drawReactions({ reactions }) {
  const chips = (reactions ?? []).map(({ name, count }) =>
    h("span", { class: "reaction", title: name }, `${emoji(name) ?? `:${name}:`} ${count}`),
  );
  return chips.length > 0 && h("p", { class: "reactions" }, chips);
}

function drawShortcuts(message, { user, shortcuts, prefix }) {
  if (message.ephemeral) return null;
  return shortcutsButton({
    user,
    shortcuts,
    type: "message",
    place: { channel: message.channel, message_ts: message.ts },
    sign: "⋯",
    label: "More actions",
    testid: `shortcuts-${prefix}${message.ts}`,
  });
}

function drawThreadLink(message, { user, where, inThread }) {
  if (inThread || message.ephemeral) return null;
  const count = message.reply_count ?? 0;
  const words = count ? `${count} ${count === 1 ? "reply" : "replies"}` : "Reply in thread";
  return h(
    "a",
    {
      class: count ? "thread-link" : "thread-link thread-start",
      href: hrefOf({ user, where, thread: message.ts }),
      "data-testid": `thread-${message.ts}`,
      "data-focus": `thread-${message.ts}`,
    },
    words,
  );
}
