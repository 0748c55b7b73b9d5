/** Where people write: messages, mentions and slash commands. */

import * as api from "./api.js";
import { everybody } from "./directory.js";
import { add, h } from "./dom.js";
import { encode } from "./mrkdwn.js";
import { notify } from "./notices.js";
import { shortcutsButton } from "./shortcuts.js";
import { workflowItems } from "./workflows.js";
import { suggestions } from "./suggestions.js";

const unsent = new Map();
let count = 0;

/** A composer for a channel, or for a thread in it when `thread` is given; it sends by itself. */
export function composer({ user, channel, thread, commands, shortcuts, workflows, isExternal, label, testid }) {
  const place = [user, channel, thread].join("/");
  const box = h("textarea", {
    class: "composer-box",
    rows: 1,
    "aria-label": label,
    placeholder: label,
    "data-testid": testid,
    "data-focus": testid,
    dir: "auto",
    value: unsent.get(place) ?? "",
    autocomplete: "off",
  });
  const offer = suggestions(box, `suggest-${(count += 1)}`, (written) =>
    offered(written, { commands, isExternal, thread }),
  );

  box.addEventListener("input", changed);
  box.addEventListener("keydown", (event) => {
    if (offer.handles(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });

  function changed() {
    unsent.set(place, box.value);
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 240)}px`;
    offer.update();
  }

  function write(text) {
    box.value = text;
    changed();
  }

  async function send() {
    const text = box.value.trim();
    if (!text) return;
    write("");
    const answer = text.startsWith("/") ? await sendCommand(text) : await sendMessage(text);
    if (answer.ok) return;
    notify(api.explain(answer), "problem");
    if (!box.value) write(text);
  }

  async function sendCommand(text) {
    if (thread)
      return { ok: false, detail: "Slash commands do not work in threads. Use the channel's own box." };
    const answer = await api.sendCommand(user, { channel, text });
    return answer.ok || answer.detail || !isExternal ? answer : { ...answer, detail: NO_COMMANDS };
  }

  function sendMessage(text) {
    return api.sendMessage(user, { channel, text: withMentions(encode(text)), thread_ts: thread });
  }

  const button = h(
    "button",
    {
      type: "button",
      class: "composer-send",
      "aria-label": "Send",
      "data-testid": `${testid}-send`,
      onclick: send,
    },
    "➤",
  );
  const hint = thread
    ? "Enter sends, Shift + Enter starts a new line"
    : isExternal
      ? "Enter sends · no slash commands for other companies"
      : `Enter sends · try ${(commands ?? [])[0] ?? "a message"}`;
  const anywhere = shortcutsButton({
    user,
    shortcuts,
    type: "global",
    place: {},
    sign: "⚡",
    label: "Shortcuts",
    testid: `${testid}-shortcuts`,
    more: workflowItems(user, workflows),
  });
  const node = h("div", { class: "composer" });
  add(
    node,
    offer.list,
    h("div", { class: "composer-row" }, anywhere ?? [], box, button),
    h("p", { class: "composer-hint" }, hint),
  );
  return node;
}

const NO_COMMANDS = "People from other companies have no slash commands here.";

/** What to offer for the text before the caret: {items: [{words, insert}], note, from}. */
function offered(written, { commands, isExternal, thread }) {
  if (/^\/\S*$/.test(written)) {
    if (thread) return { note: "Slash commands do not work in threads." };
    if (isExternal) return { note: NO_COMMANDS };
    const fitting = (commands ?? []).filter((command) => command.startsWith(written));
    return { from: 0, items: fitting.map((command) => ({ words: command, insert: `${command} ` })) };
  }
  const mention = /(?:^|\s)@([\p{L}\p{N} .'-]{0,40})$/u.exec(written);
  if (!mention) return {};
  const wanted = mention[1].toLowerCase();
  const fitting = everybody().filter(
    ({ name }) => ` ${name.toLowerCase()}`.includes(` ${wanted}`) && name.toLowerCase() !== wanted.trim(),
  );
  return {
    from: written.length - mention[1].length - 1,
    items: fitting.slice(0, 6).map(({ name }) => ({ words: `@${name}`, insert: `@${name} ` })),
  };
}

/** `@Priya Raman` as Slack's `<@U…>`; the longest names first, so that no name is cut short. */
function withMentions(text) {
  const longest = everybody().sort((a, b) => b.name.length - a.name.length);
  return longest.reduce(
    (said, { id, name }) =>
      said.replaceAll(
        new RegExp(`(?<![\\p{L}\\p{N}])@${escaped(encode(name))}(?![\\p{L}\\p{N}])`, "giu"),
        `<@${id}>`,
      ),
    text,
  );
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
