/** The names behind ids, learned from whatever the viewer was shown; knows no messages. */

const people = new Map();
const channels = new Map();
let viewer = "";

/** Remembers people ({id, name}); bare ids teach nothing. */
export function learnPeople(list) {
  for (const person of list ?? []) if (person?.id && person.name) people.set(person.id, person.name);
}

/** Remembers channels ({id, name}). */
export function learnChannels(list) {
  for (const channel of list ?? []) if (channel.name) channels.set(channel.id, channel.name);
}

/** Says who is looking, so that their own mentions stand out. */
export function setViewer(id) {
  viewer = id;
}

export const isViewer = (id) => id === viewer;
export const personName = (id) => people.get(id) ?? id;
export const channelName = (id) => channels.get(id) ?? id;
export const everybody = () => listed(people);
export const allChannels = () => listed(channels);

const listed = (names) => [...names].map(([id, name]) => ({ id, name }));
