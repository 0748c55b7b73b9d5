/** A channel's pane and its thread beside it: what is shown, where it is scrolled, what is new. */

import { promptRow } from "./agent.js";
import * as api from "./api.js";
import { composer } from "./composer.js";
import { learnChannels, learnPeople } from "./directory.js";
import { coalesced, find, h, keepFocus, reconcile } from "./dom.js";
import { messageRows } from "./messages.js";
import { announce } from "./notices.js";
import { threadPane } from "./thread.js";

const NEAR_END_PX = 80;

/** Shows a channel in `root`; the pane answers `refresh()`, `showThread(ts)` and `stop()`. */
export function channelPane(root, { user, team, channel, commands, shortcuts, workflows, prompts, isExternal }) {
  const list = h("div", { class: "messages" });
  const scroller = h(
    "div",
    {
      class: "scroller",
      tabindex: "0",
      role: "region",
      "aria-label": `Messages in ${channel.name}`,
      onscroll: () => atEnd() && hideMore(),
    },
    list,
  );
  const more = h(
    "button",
    { type: "button", class: "more", "data-testid": "more", hidden: true, onclick: () => toEnd() },
    "↓ New messages",
  );
  const thread = threadPane({ user, team, where: channel.id, shortcuts });
  const write = composer({
    user,
    channel: channel.id,
    commands,
    shortcuts,
    workflows,
    isExternal,
    label: `Message ${channel.kind === "dm" ? "" : "#"}${channel.name}`,
    testid: "composer",
  });
  let messages = null;
  let stopped = false;
  const begin = promptRow(user, channel, prompts);
  root.replaceChildren(
    drawHead(channel),
    ...(begin ? [begin] : []),
    h("div", { class: "scroll-frame" }, scroller, more),
    write,
  );
  document.title = `#${channel.name} · cosell sandbox`;

  const refresh = coalesced(async () => {
    const answer = await api.channel(user, channel.id);
    if (!answer || stopped) return;
    learnChannels([answer.channel]);
    learnPeople(answer.channel.members);
    learnPeople(
      answer.messages
        .filter((message) => message.is_bot)
        .map(({ user: id, user_name: name }) => ({ id, name })),
    );
    draw(answer.messages);
    thread.draw(answer.messages);
  });

  function draw(next) {
    const fresh = arrived(messages, next);
    const stick = messages === null || atEnd() || fresh.some((message) => message.user === user);
    const look = { user, team, where: channel.id, prefix: "", shortcuts };
    keepFocus(list, () => reconcile(list, next.length ? messageRows(next, look) : [emptyRow(channel)]));
    messages = next;
    if (stick) toEnd();
    else if (fresh.length) more.hidden = false;
    for (const message of fresh) announce(`${message.user_name}: ${message.text}`);
  }

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PX;
  const hideMore = () => {
    more.hidden = true;
  };
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
    hideMore();
  };

  return {
    refresh,
    showThread(ts) {
      const opener = thread.shows();
      thread.show(ts, messages);
      if (!ts && opener) find(list, "focus", `thread-${opener}`)?.focus({ preventScroll: true });
    },
    stop() {
      stopped = true;
      thread.show("", null);
    },
  };
}

/** Messages that were not there before, replies among them; none on the first drawing. */
function arrived(before, after) {
  if (!before) return [];
  const all = (messages) => messages.flatMap((message) => [message, ...(message.replies ?? [])]);
  const known = new Set(all(before).map((message) => message.ts));
  return all(after).filter((message) => !known.has(message.ts));
}

function drawHead(channel) {
  const sign = channel.kind === "dm" ? "" : "# ";
  return h(
    "header",
    { class: "pane-head" },
    h("h1", { dir: "auto" }, sign + channel.name),
    channel.kind === "shared" &&
      h("span", { class: "badge badge-shared", "data-testid": "shared-badge" }, sharedWords(channel)),
    channel.topic && h("span", { class: "pane-topic", dir: "auto" }, channel.topic),
  );
}

/** `shared with AWS` */
export function sharedWords(channel) {
  return `shared with ${(channel.with ?? []).join(", ") || "another company"}`;
}

function emptyRow(channel) {
  const words =
    channel.kind === "dm"
      ? `This is the start of your conversation with ${channel.name}.`
      : `This is the very beginning of #${channel.name}.`;
  return { key: "empty", sign: "", make: () => h("p", { class: "quiet empty", dir: "auto" }, words) };
}
