/** The page: follows the address, keeps one person's view live, and wires the parts together. */

import * as api from "./api.js";
import { channelPane } from "./channel.js";
import { setZone } from "./clock.js";
import { learnChannels, learnPeople, setViewer } from "./directory.js";
import { coalesced } from "./dom.js";
import { detailsPane } from "./entity.js";
import { homePane } from "./home.js";
import { listen } from "./live.js";
import { modalStack } from "./modal.js";
import { notify } from "./notices.js";
import { openPeople } from "./people.js";
import { HOME, correct, go, here } from "./place.js";
import { drawSidebar } from "./sidebar.js";
import { openWorld, readClock } from "./world.js";

const byId = (id) => document.getElementById(id);
const LIVE_WORDS = { connecting: "Connecting", live: "Live", away: "Reconnecting…" };

let people = [];
/** The viewer's session: {user, workspace, modals, details, stopListening}; replaced whole when people switch. */
let session = null;
let pane = null;
let shown = "";

/** Makes the page agree with its address. */
const arrive = coalesced(async () => {
  const place = here();
  if (!people.some((person) => person.id === place.user)) return correct(firstPlace());
  if (session?.user !== place.user && !(await begin(place.user))) return undefined;
  if (!isKnown(place.where))
    return correct({ user: place.user, where: session.workspace.channels[0]?.id ?? HOME });
  if (shown !== `${place.user}/${place.where}`) show(place);
  pane.showThread(place.thread);
  return undefined;
});

const refreshSidebar = coalesced(async () => {
  const mine = session;
  const workspace = await api.workspace(mine.user);
  if (!workspace || mine !== session) return;
  mine.workspace = workspace;
  learnChannels(workspace.channels);
  draw();
  if (!isKnown(here().where)) arrive();
});

const firstPlace = () => ({
  user: (people.find((person) => person.role === "alliance manager") ?? people[0]).id,
});
const isKnown = (where) =>
  where === HOME || session.workspace.channels.some((channel) => channel.id === where);
const draw = () => drawSidebar(byId("sidebar"), session.workspace, here().where, switchPerson);

async function begin(user) {
  const workspace = await api.workspace(user);
  if (!workspace) {
    notify("The sandbox does not show this person's workspace.", "problem");
    return false;
  }
  end();
  setViewer(user);
  setZone(workspace.user.tz);
  learnChannels(workspace.channels);
  session = { user, workspace, modals: modalStack(user), details: detailsPane(user) };
  session.stopListening = listen(user, { onEvent: heard, onState: connected });
  return true;
}

function end() {
  pane?.stop();
  session?.stopListening();
  session?.modals.stop();
  session?.details.stop();
  pane = session = null;
  shown = "";
}

function show({ user, where }) {
  pane?.stop();
  const { team, channels, commands, shortcuts, workflows, prompts } = session.workspace;
  const isExternal = session.workspace.user.is_external;
  const channel = channels.find((one) => one.id === where);
  const root = byId("main");
  pane = channel
    ? channelPane(root, { user, team: team.name, channel, commands, shortcuts, workflows, prompts, isExternal })
    : homePane(root, { user });
  shown = `${user}/${where}`;
  if (channel?.kind === "dm") api.openHome(user, "messages"); // as Slack tells an app whose conversation is looked at
  draw();
  pane.refresh().then(refreshSidebar);
}

function connected(state) {
  byId("live").textContent = LIVE_WORDS[state];
  byId("live").dataset.state = state;
  if (state === "live") refreshAll();
}

/** Everything on the page again: what was said while the line was down is gone. */
function refreshAll() {
  readClock();
  refreshSidebar();
  pane?.refresh();
  session?.modals.refresh();
  session?.details.refresh();
}

function heard(event) {
  const { where } = here();
  switch (event.type) {
    case "channel":
      if (event.channel === where) pane?.refresh().then(refreshSidebar);
      else refreshSidebar();
      break;
    case "home":
      if (where === HOME) pane?.refresh();
      break;
    case "modals":
      session.modals.refresh();
      break;
    case "details":
      session.details.refresh();
      break;
    case "workspace":
      refreshSidebar();
      break;
    case "notice":
      notify(event.text);
      break;
    default: // an event of a later world: nothing on this page depends on it
  }
}

function switchPerson() {
  const { user, where } = here();
  openPeople(people, user, (person) => go({ user: person.id, where }));
}

function pressed(event) {
  const isSwitch = event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey);
  if (isSwitch) event.preventDefault();
  if (document.querySelector("dialog[open]")) return;
  const { user, where, thread } = here();
  if (isSwitch) switchPerson();
  else if (event.key === "Escape" && thread && !event.defaultPrevented) go({ user, where });
}

async function start() {
  const answer = await api.people();
  if (!answer?.people.length) {
    notify("The sandbox's Slack does not answer. Reload this page when it runs.", "problem");
    return;
  }
  people = answer.people;
  learnPeople(people);
  await readClock();
  addEventListener("hashchange", arrive);
  addEventListener("keydown", pressed);
  byId("open-world").addEventListener("click", openWorld);
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("main").focus();
  });
  await arrive();
}

start();
